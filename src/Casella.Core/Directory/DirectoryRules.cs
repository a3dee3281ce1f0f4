using System.Globalization;
using Casella.Core.Storage;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Core.Directory;

/// <summary>
/// What may be entered into the directory. Stricter than what RFC 5321 lets other people have: an address here must be
/// typed on telephones, survive web forms, and never be mistaken for a subaddress, a route or a list.
/// </summary>
internal static class DirectoryRules
{
    /// <summary>A mailbox that cannot hold one ordinary message with its reserve is a mistake in the unit.</summary>
    public const long MinQuota = 1024 * 1024;

    /// <summary>
    /// Devices of one mailbox. A SCRAM proof is tried against each (<see cref="ScramCheck"/>), and nobody reads a longer
    /// list.
    /// </summary>
    public const int MaxDevices = 500;

    public const int MaxDisplayName = 200;
    public const int MaxLogin = 64;

    /// <summary>The canonical domain.</summary>
    /// <exception cref="MailException">InvalidAddress.</exception>
    public static string Domain(string typed) => DomainName.TryCanonicalize(typed, out var domain) && domain.Contains('.', StringComparison.Ordinal)
        ? domain
        : throw new MailException(MailError.InvalidAddress, $"\"{UserName.Printable(typed)}\" is not a domain name such as example.org");

    /// <summary>An address that may be given to an account or alias.</summary>
    /// <exception cref="MailException">InvalidAddress.</exception>
    public static EmailAddress NewAddress(string typed)
    {
        var address = Address(typed);
        if (address.LocalPart.Contains('+', StringComparison.Ordinal))
            throw new MailException(MailError.InvalidAddress, $"{address}: what follows a + is the owner's own tag, so a name has none");
        foreach (var c in address.LocalPart)
            if (!char.IsLetterOrDigit(c) && c is not ('.' or '-' or '_' or '\'') && char.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark)
                throw new MailException(MailError.InvalidAddress, $"{address}: a name has letters, digits, and . - _ ' only");
        return address;
    }

    /// <summary>An address that may be given to an alias: also "*", for all that is for nobody else.</summary>
    /// <exception cref="MailException">InvalidAddress.</exception>
    public static EmailAddress NewAlias(string typed) => Address(typed) is { LocalPart: "*" } everything ? everything : NewAddress(typed);

    /// <summary>An address that somebody named.</summary>
    /// <exception cref="MailException">InvalidAddress.</exception>
    public static EmailAddress Address(string typed) => UserName.Canonicalize(typed)
        ?? throw new MailException(MailError.InvalidAddress, $"\"{UserName.Printable(typed)}\" is not an address such as info@example.org");

    /// <exception cref="DirectoryRuleException"/>
    public static void Check(AccountToAdd account)
    {
        CheckPassword(account.Password);
        CheckQuota(account.Quota);
        if (account.DisplayName is { } name && (name.Length > MaxDisplayName || name.Any(char.IsControl)))
            throw new DirectoryRuleException($"A display name has at most {MaxDisplayName} characters, and no control characters.", DirectoryRule.Name);
    }

    /// <exception cref="DirectoryRuleException"/>
    public static void CheckPassword(string password)
    {
        if (PasswordText.Refusal(password) is { } refusal)
            throw new DirectoryRuleException(refusal, DirectoryRule.Password);
    }

    /// <exception cref="DirectoryRuleException"/>
    public static void CheckQuota(long? quota)
    {
        if (quota < MinQuota)
            throw new DirectoryRuleException("A quota is at least 1MB (or \"none\").", DirectoryRule.Quota);
    }

    /// <summary>The canonical form of a login that somebody typed.</summary>
    public static string Login(string typed) => NormalForm.Of(typed.Trim(), System.Text.NormalizationForm.FormC).ToLowerInvariant();

    /// <summary>A login that may be given: typed on telephones and read out, so nothing that needs explaining.</summary>
    /// <exception cref="DirectoryRuleException"/>
    public static string NewLogin(string typed)
    {
        var login = Login(typed);
        return login.Length is > 0 and <= MaxLogin && login.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@')
            ? login
            : throw new DirectoryRuleException($"A login has 1 to {MaxLogin} characters: a–z, digits, and . - _ @, for example anna.rossi", DirectoryRule.Login);
    }

    /// <exception cref="DirectoryRuleException"/>
    public static string PersonName(string typed) => Name(typed, "A person's name");

    /// <exception cref="DirectoryRuleException"/>
    public static string DeviceName(string typed) => Name(typed, "A device's name");

    private static string Name(string typed, string what)
    {
        var name = typed.Trim();
        return name.Length is > 0 and <= MaxDisplayName && !name.Any(char.IsControl)
            ? name
            : throw new DirectoryRuleException($"{what} has 1 to {MaxDisplayName} characters, and no control characters.", DirectoryRule.Name);
    }

    /// <summary>
    /// True when following <paramref name="target"/> through the aliases leads to <paramref name="alias"/>.
    /// </summary>
    public static bool LeadsBack(EmailAddress alias, EmailAddress target, IReadOnlyList<AliasEntry> aliases)
    {
        var byAddress = aliases.ToDictionary(a => a.Alias, a => a.Targets);
        var seen = new HashSet<EmailAddress>();
        var open = new Stack<EmailAddress>([target]);
        while (open.TryPop(out var next))
        {
            if (next == alias)
                return true;
            if (seen.Add(next) && byAddress.TryGetValue(next, out var further))
                foreach (var address in further)
                    open.Push(address);
        }
        return false;
    }
}
