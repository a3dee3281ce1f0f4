using System.Collections.Frozen;
using static Casella.Core.Office.OfficeRoles;

namespace Casella.Core.Office;

/// <summary>
/// Every right of the office, once: who may do what, and which scope a program's token needs for it. Pages, the REST API
/// and the command line all come through <see cref="OfficeDoor"/>, which asks here. To add an act: its name, a row here,
/// a method behind the door.
/// </summary>
public static class OfficeTable
{
    /// <summary>Those whose right ends at the domains that they are named for.</summary>
    public const OfficeRoles Limited = DomainOperator;

    private const OfficeRoles Everybody = All;
    private const OfficeRoles Clerks = Owner | Operator | DomainOperator;
    private const OfficeRoles Seniors = Owner | Operator;
    private const OfficeRoles Machine = Owner | Technician;
    private const OfficeRoles Helpers = Owner | Operator | Technician;

    public static IReadOnlyList<OfficeRow> Rows { get; } =
    [
        new(OfficeAct.SeeOverview, "overview.see", Everybody, "overview:read"),

        new(OfficeAct.SeeMailboxes, "mailbox.see", Everybody, "mailboxes:read"),
        new(OfficeAct.AddMailbox, "mailbox.add", Clerks, "mailboxes:write"),
        new(OfficeAct.SetQuota, "mailbox.set-quota", Clerks, "mailboxes:write"),
        new(OfficeAct.SetCommonPassword, "mailbox.set-password", Clerks, "mailboxes:write"),
        new(OfficeAct.DropCommonPassword, "mailbox.drop-password", Clerks, "mailboxes:write"),
        new(OfficeAct.SetPolicy, "mailbox.set-policy", Clerks, "mailboxes:write"),
        new(OfficeAct.RemoveMailbox, "mailbox.remove", Seniors, "mailboxes:write"),
        // No scope of a token is enough: a person opens it, in a browser.
        new(OfficeAct.VisitMailbox, "mailbox.open", Seniors, null),

        new(OfficeAct.UndoChanges, "mailbox.undo", Seniors, "mailboxes:write"),
        // What cannot be brought back is a person's decision, not a program's.
        new(OfficeAct.DestroyMail, "mailbox.destroy", Owner, null),
        new(OfficeAct.HealFolders, "mailbox.heal", Clerks, "mailboxes:write"),
        new(OfficeAct.RepairMailbox, "mailbox.repair", Helpers, "mailboxes:write"),
        new(OfficeAct.SetFilter, "mailbox.set-filter", Seniors, "mailboxes:write"),
        new(OfficeAct.SeeBackups, "backup.see", Helpers, "backups:read"),
        new(OfficeAct.RestoreMailbox, "mailbox.restore", Helpers, "backups:write"),
        new(OfficeAct.ExportMailbox, "mailbox.export", Seniors, null),
        new(OfficeAct.ImportMail, "mailbox.import", Helpers, null),

        new(OfficeAct.SeePeople, "person.see", Everybody, "people:read"),
        new(OfficeAct.AddPerson, "person.add", Clerks, "people:write"),
        new(OfficeAct.InvitePerson, "person.invite", Clerks, "people:write"),
        new(OfficeAct.SetPersonPassword, "person.set-password", Seniors, "people:write"),
        new(OfficeAct.PersonLeaves, "person.leave", Seniors, "people:write"),
        new(OfficeAct.SetMember, "member.set", Clerks, "people:write"),
        new(OfficeAct.RemoveMember, "member.remove", Clerks, "people:write"),
        new(OfficeAct.AddDevice, "device.add", Seniors, "people:write"),
        new(OfficeAct.RevokeDevice, "device.revoke", Clerks, "people:write"),

        new(OfficeAct.SeeAliases, "alias.see", Everybody, "aliases:read"),
        new(OfficeAct.AddAlias, "alias.add", Clerks, "aliases:write"),
        new(OfficeAct.RemoveAlias, "alias.remove", Clerks, "aliases:write"),

        new(OfficeAct.SeeLists, "list.see", Everybody, "lists:read"),
        new(OfficeAct.SetList, "list.set", Clerks, "lists:write"),
        new(OfficeAct.RemoveList, "list.remove", Clerks, "lists:write"),
        new(OfficeAct.SetListMember, "list.set-member", Clerks, "lists:write"),
        new(OfficeAct.RemoveListMember, "list.remove-member", Clerks, "lists:write"),

        new(OfficeAct.SeeDomains, "domain.see", Everybody, "domains:read"),
        new(OfficeAct.AddDomain, "domain.add", Machine, "domains:write"),
        new(OfficeAct.RemoveDomain, "domain.remove", Machine, "domains:write"),
        new(OfficeAct.MakeKeys, "domain.make-keys", Machine, "domains:write"),
        new(OfficeAct.UseKeys, "domain.use-keys", Machine, "domains:write"),

        new(OfficeAct.SeeQueue, "queue.see", Everybody, "queue:read"),
        new(OfficeAct.RetryMail, "queue.retry", Helpers, "queue:write"),
        new(OfficeAct.RemoveMail, "queue.remove", Helpers, "queue:write"),
        new(OfficeAct.LiftDeadAddress, "queue.lift-dead", Helpers, "queue:write"),
        new(OfficeAct.TraceMail, "mail.trace", Everybody, "queue:read"),
        new(OfficeAct.SeeReports, "report.see", Everybody, "reports:read"),

        new(OfficeAct.SeeSpam, "spam.see", Clerks, "spam:read"),
        new(OfficeAct.SetSender, "spam.set-sender", Clerks, "spam:write"),

        new(OfficeAct.SeeStaff, "office.see", Owner, "office:read"),
        new(OfficeAct.SetStaff, "office.set", Owner, null),
        new(OfficeAct.SeeTokens, "token.see", Machine, "office:read"),
        new(OfficeAct.AddToken, "token.add", Machine, null),
        new(OfficeAct.RevokeToken, "token.revoke", Machine, null),
        new(OfficeAct.SeeHooks, "hook.see", Machine, "hooks:read"),
        new(OfficeAct.AddHook, "hook.add", Machine, "hooks:write"),
        new(OfficeAct.RemoveHook, "hook.remove", Machine, "hooks:write"),
        new(OfficeAct.SeeJournal, "journal.see", Everybody, "journal:read"),
    ];

    private static readonly FrozenDictionary<OfficeAct, OfficeRow> ByAct = Rows.ToFrozenDictionary(row => row.Act);

    /// <summary>All that a token may be given, by name.</summary>
    public static IReadOnlyList<string> Scopes { get; } =
        [.. Rows.Select(row => row.Scope).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public static OfficeRow Row(OfficeAct act) => ByAct[act];

    /// <summary>How far somebody may do something; null when not at all.</summary>
    public static OfficeReach? Reach(OfficeStanding standing, OfficeAct act)
    {
        var roles = standing.Roles & Row(act).Roles;
        return roles is None ? null : (roles & ~Limited) is not None ? new OfficeReach(null) : new OfficeReach(standing.Domains);
    }
}

/// <param name="Name">In the journal.</param>
/// <param name="Roles">Who may.</param>
/// <param name="Scope">What a token needs for it besides; null for what no token can.</param>
public sealed record OfficeRow(OfficeAct Act, string Name, OfficeRoles Roles, string? Scope);
