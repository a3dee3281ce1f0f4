namespace Casella.Core.Mailboxes;

/// <summary>
/// One mailbox as the tree shows it, with its counters as of one commit. Enough for LIST, STATUS and the webmail's
/// folder tree.
/// </summary>
/// <param name="IsSelectable">False for a name that exists only for its children (\Noselect).</param>
/// <param name="UidValidity">RFC 9051 §2.3.1.1; changes only if UIDs had to be given anew.</param>
/// <param name="UidNext">The UID the next message will get at least.</param>
/// <param name="HighestModSeq">The last change that touched this mailbox (RFC 7162 §3.1.2.1).</param>
/// <param name="Messages">Placements.</param>
/// <param name="Unseen">Placements without \Seen.</param>
/// <param name="Deleted">Placements with \Deleted.</param>
/// <param name="Size">Sum of the sizes of its messages, bytes.</param>
public sealed record MailboxInfo(
    MailboxId Id,
    MailboxName Name,
    SpecialUse SpecialUse,
    bool IsSelectable,
    uint UidValidity,
    Uid UidNext,
    ModSeq HighestModSeq,
    int Messages,
    int Unseen,
    int Deleted,
    long Size);

/// <summary>All mailboxes and subscriptions of an account as of one commit.</summary>
/// <param name="Mailboxes">Sorted by name, ordinal, INBOX first.</param>
/// <param name="Subscriptions">Subscribed names; a name stays when its mailbox is deleted (RFC 9051 §6.3.7).</param>
public sealed record MailboxTree(IReadOnlyList<MailboxInfo> Mailboxes, IReadOnlySet<string> Subscriptions)
{
    public MailboxInfo? Find(MailboxName name) => Mailboxes.FirstOrDefault(m => m.Name == name);
    public MailboxInfo? Find(MailboxId id) => Mailboxes.FirstOrDefault(m => m.Id == id);
    public MailboxInfo? Find(SpecialUse use) => Mailboxes.FirstOrDefault(m => m.SpecialUse == use);
}
