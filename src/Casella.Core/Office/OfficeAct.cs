namespace Casella.Core.Office;

/// <summary>
/// Everything that is done in the office. Who may is in <see cref="OfficeTable"/>; the journal has it by the name that
/// stands there.
/// </summary>
public enum OfficeAct
{
    SeeOverview,
    SeeMailboxes,
    AddMailbox,
    SetQuota,
    SetCommonPassword,
    DropCommonPassword,
    SetPolicy,
    RemoveMailbox,

    /// <summary>Reads the mail of a mailbox that is not one's own; needs a reason, which its members see.</summary>
    VisitMailbox,

    /// <summary>Takes back what a device or a person did.</summary>
    UndoChanges,

    /// <summary>Nothing brings it back.</summary>
    DestroyMail,
    HealFolders,
    RepairMailbox,
    SetFilter,
    SeeBackups,
    RestoreMailbox,

    /// <summary>As good as reading it: needs a reason too.</summary>
    ExportMailbox,
    ImportMail,

    SeePeople,
    AddPerson,
    InvitePerson,
    SetPersonPassword,
    PersonLeaves,
    SetMember,
    RemoveMember,
    AddDevice,
    RevokeDevice,
    SeeAliases,
    AddAlias,
    RemoveAlias,
    SeeLists,
    SetList,
    RemoveList,
    SetListMember,
    RemoveListMember,
    SeeDomains,
    AddDomain,
    RemoveDomain,
    MakeKeys,
    UseKeys,
    SeeQueue,
    RetryMail,
    RemoveMail,

    /// <summary>An address that has refused mail again and again is tried again.</summary>
    LiftDeadAddress,
    TraceMail,
    SeeReports,
    SeeSpam,
    SetSender,
    SeeStaff,
    SetStaff,
    SeeTokens,
    AddToken,
    RevokeToken,
    SeeHooks,
    AddHook,
    RemoveHook,
    SeeJournal,
}
