using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Formats.Addresses;

namespace Casella.Imap.Session;

/// <summary>An account and a name in it, whether there is a mailbox of that name or not.</summary>
/// <param name="Prefix">What stands before the account's names in this session: nothing in one's own.</param>
internal readonly record struct NameIn(MailAccount Account, string Prefix, string Name)
{
    /// <summary>The name as this session's LIST has it.</summary>
    /// <exception cref="MailException">InvalidMailboxName.</exception>
    public string Canonical => Prefix + MailboxName.Parse(Name).Value;
}

/// <summary>
/// The names of mailboxes in other accounts that a person sees under one login (RFC 2342 §5 Other Users' Namespace,
/// ADR 0017): "Shared/sezione@example.org/INBOX". Everything else below "Shared" is one's own.
/// </summary>
internal static class SharedNames
{
    public const string Root = "Shared";
    public const string Prefix = "Shared/";

    /// <summary>What stands before the names of an account; null for an address that cannot be a level of a name.</summary>
    public static string? PrefixOf(EmailAddress account) =>
        account.ToString() is var text && text.AsSpan().ContainsAny("/*%") ? null : $"{Prefix}{text}/";

    /// <summary>A name as LIST would have it; null for one that breaks the rules.</summary>
    public static string? Canonical(string name) =>
        TryRead(name, out var address, out var rest) && PrefixOf(address) is { } prefix
            ? rest.Length == 0 ? prefix[..^1] : MailboxName.TryParse(rest, out var inner) ? prefix + inner.Value : null
            : MailboxName.TryParse(name, out var own) ? own.Value : null;

    /// <summary>The account that a name belongs to.</summary>
    /// <exception cref="MailException">NoSuchAddress: there is no such account, or this person may not know that there
    /// is.</exception>
    public static ValueTask<NameIn> ResolveAsync(this ImapSession session, string name, CancellationToken cancellationToken) =>
        ResolveAsync(session.Services.Shared, session.Account, name, cancellationToken);

    /// <summary>The same for a name as whoever <paramref name="home"/> was opened for has it.</summary>
    public static async ValueTask<NameIn> ResolveAsync(
        SharedMailboxes shared, MailAccount home, string name, CancellationToken cancellationToken)
    {
        if (!TryRead(name, out var address, out var rest))
            return new NameIn(home, "", name);
        return PrefixOf(address) is { } prefix
            && await shared.OpenAsync(home, address, cancellationToken) is { } account
            ? new NameIn(account, prefix, rest)
            : throw new MailException(MailError.NoSuchAddress, name);
    }

    /// <summary>"Shared/" address ["/" name].</summary>
    private static bool TryRead(string name, out EmailAddress address, out string rest)
    {
        (address, rest) = (null!, "");
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var end = name.IndexOf(MailboxName.Separator, Prefix.Length);
        rest = end < 0 ? "" : name[(end + 1)..];
        return EmailAddress.TryParse(name[Prefix.Length..(end < 0 ? name.Length : end)], out address);
    }
}
