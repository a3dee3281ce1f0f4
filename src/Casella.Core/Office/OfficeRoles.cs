namespace Casella.Core.Office;

/// <summary>
/// What somebody is in the office; one person may be several. What each may do is in <see cref="OfficeTable"/> and
/// nowhere else. Stored as a number: never renumber.
/// </summary>
[Flags]
public enum OfficeRoles : byte
{
    None = 0,

    /// <summary>Everything, and alone says who else is what.</summary>
    Owner = 1,

    /// <summary>Mailboxes, people and mail of all domains.</summary>
    Operator = 2,

    /// <summary>Mailboxes and people of some domains, as if there were no others.</summary>
    DomainOperator = 4,

    /// <summary>The machine: domains, queue, tokens, webhooks. No mailboxes and no people.</summary>
    Technician = 8,

    All = Owner | Operator | DomainOperator | Technician,
}

/// <summary>What a person is in the office, and where.</summary>
/// <param name="Domains">Those of a domain operator; no others have any.</param>
public sealed record OfficeStanding(OfficeRoles Roles, IReadOnlySet<string> Domains)
{
    public static OfficeStanding None { get; } = new(OfficeRoles.None, new HashSet<string>(StringComparer.Ordinal));

    /// <summary>Who may run the program's commands on its machine.</summary>
    public static OfficeStanding Everything { get; } = new(OfficeRoles.Owner, new HashSet<string>(StringComparer.Ordinal));
}

/// <summary>A person of the office.</summary>
public sealed record OfficeMember(Directory.DevicePerson Person, OfficeStanding Standing);

/// <summary>How far a right goes.</summary>
/// <param name="Domains">Null for everywhere.</param>
public sealed record OfficeReach(IReadOnlySet<string>? Domains)
{
    public bool IsEverywhere => Domains is null;

    /// <param name="domain">Canonical; null for what belongs to no domain.</param>
    public bool Covers(string? domain) => Domains is null || (domain is not null && Domains.Contains(domain));
}
