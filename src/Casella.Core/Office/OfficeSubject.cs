using Casella.Core.Directory;

namespace Casella.Core.Office;

/// <summary>What an act is about, and how it is said that there is none: who may not see it hears the same.</summary>
/// <param name="Name">In canonical form.</param>
/// <param name="Domain">To which it belongs; null for the whole server.</param>
internal sealed record OfficeSubject(string Name, string? Domain, MailError Absent)
{
    public string Detail { get; init; } = "";
    public string? Reason { get; init; }

    /// <exception cref="MailException">InvalidAddress.</exception>
    public static OfficeSubject OfAddress(string typed)
    {
        var address = DirectoryRules.Address(typed);
        return new OfficeSubject(address.ToString(), address.Domain, MailError.NoSuchAddress);
    }

    /// <exception cref="MailException">InvalidAddress.</exception>
    public static OfficeSubject OfDomain(string typed)
    {
        var domain = DirectoryRules.Domain(typed.Trim());
        return new OfficeSubject(domain, domain, MailError.NoSuchDomain);
    }

    public static OfficeSubject OfServer(string name) => new(name, null, MailError.NoPermission);

    public MailException IsAbsent() => new(Absent, Name);
}
