using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Storage;

/// <summary>An account's counters and settings.</summary>
/// <param name="UsedBytes">Each placed message counted once.</param>
internal sealed record AccountRow(AccountId Id, ModSeq ModSeq, long UsedBytes, long UsedMessages, long? QuotaLimit);

/// <summary>A mailbox with its counters.</summary>
/// <param name="FirstRecent">First UID not yet shown as \Recent to any session.</param>
/// <param name="LastExpunge">ModSeq of the last removed placement.</param>
internal sealed record MailboxRow(
    MailboxId Id,
    MailboxName Name,
    SpecialUse SpecialUse,
    bool IsSelectable,
    uint UidValidity,
    Uid UidNext,
    ModSeq HighestModSeq,
    ModSeq LastExpunge,
    Uid FirstRecent,
    int Messages,
    int Unseen,
    int Deleted,
    long Size);

/// <summary>A message as stored; only the needed columns are filled.</summary>
internal sealed record MessageRow(EmailId Id)
{
    public ReadOnlyMemory<byte> Envelope { get; init; }
    public ReadOnlyMemory<byte> Structure { get; init; }
    public string? Preview { get; init; }
    public ReadOnlyMemory<byte> Header { get; init; }
    public MessageFacts? Facts { get; init; }
}

/// <summary>A message to store.</summary>
internal sealed record NewMessageRow(
    string ObjectId, ThreadId? Thread, string? MessageId, DateTimeOffset? SentAt, bool HasAttachments,
    ReadOnlyMemory<byte> Envelope, ReadOnlyMemory<byte> Structure, string Preview, string BaseSubject);

/// <summary>
/// One entry of the change log: what one transaction did to one mailbox, by whom, with before and after.
/// </summary>
/// <param name="Other">The other mailbox of a move or copy; the deleted one that a new one stands for; or null.</param>
/// <param name="Text">Names before/after for mailbox changes ("old\nnew"); where read states are personal, whose a
/// change of \Seen is, and who had read what is expunged (<see cref="ReadStateChanges"/>); or null.</param>
internal sealed record ChangeRow(
    ModSeq ModSeq, ChangeKind Kind, MailboxId? Mailbox, MailboxId? Other, Actor Actor, DateTimeOffset At,
    IReadOnlyList<ChangedItem> Items, string? Text);

/// <summary>
/// One message of a change. UIDs are of <see cref="ChangeRow.Mailbox"/>; <see cref="OtherUid"/> of the other mailbox.
/// </summary>
/// <param name="ReceivedAt">INTERNALDATE of what was expunged, seconds since 1970 UTC; null for everything else.</param>
internal readonly record struct ChangedItem(
    Uid Uid, EmailId Email, MessageFlags Before, MessageFlags After, Uid? OtherUid, long? ReceivedAt = null)
{
    /// <summary>A placement that goes: what is needed to place it again.</summary>
    public static ChangedItem Gone(Placement placement) =>
        new(placement.Uid, placement.Email, placement.Flags, MessageFlags.None, null, placement.ReceivedAt);
}

/// <summary>How far the past has been shortened, see <see cref="LogCompaction"/>.</summary>
/// <param name="PassedTo">Where the pass that is under way has come to; 0 between two.</param>
/// <param name="PassedAt">When the last one ended.</param>
/// <param name="VanishedFrom">Tombstones with a ModSeq above this one are all there.</param>
internal sealed record LogBounds(ModSeq PassedTo, DateTimeOffset PassedAt, ModSeq VanishedFrom)
{
    public static LogBounds None { get; } = new(new ModSeq(0), DateTimeOffset.UnixEpoch, new ModSeq(0));
}

/// <summary>What a message that is put back into a mailbox gets again.</summary>
/// <param name="ReceivedAt">INTERNALDATE of its last deleted placement, seconds since 1970 UTC; the log knows it of each
/// one.</param>
/// <param name="SentAt">Its Date, seconds since 1970 UTC; null when it has none.</param>
internal readonly record struct KeptMessage(uint Size, long ReceivedAt, long? SentAt);

/// <summary>A placement with the mailbox it is in.</summary>
internal readonly record struct PlacementAt(MailboxId Mailbox, Placement Placement);

/// <summary>What a device no longer sees by POP3.</summary>
/// <param name="Copy">Of several placements of the message in INBOX, in the order of their UIDs, from 1.</param>
internal readonly record struct HiddenCopy(EmailId Email, int Copy);

/// <summary>A copy of what was sent, filed by the server for this sender.</summary>
internal sealed record SentCopyRow(EmailId Email, DateTimeOffset At, PersonId? Person, DeviceId? Device);

/// <summary>Who works, or has worked, on a message.</summary>
/// <param name="Draft">The draft of the answer; null once the message is done.</param>
/// <param name="Until">When the work ends if the draft is not saved again; null once the message is done.</param>
/// <param name="Marks">What the server has set on the message and takes away again.</param>
internal sealed record WorkRow(EmailId Email, EmailId? Draft, Actor Actor, DateTimeOffset Since, DateTimeOffset? Until, WorkMarks Marks);

/// <summary>An annotation to be kept.</summary>
/// <param name="Mailbox">Null for one of the account as a whole.</param>
/// <param name="Value">Null removes it.</param>
internal sealed record AnnotationRow(MailboxId? Mailbox, AnnotationOwner Owner, string Entry, ReadOnlyMemory<byte>? Value);

/// <summary>Stored as a number: never renumber.</summary>
[Flags]
internal enum WorkMarks : byte
{
    None = 0,
    /// <summary>The keyword of the state.</summary>
    Keyword = 1,
    /// <summary>The label that ordinary programs show.</summary>
    Label = 2,
}

/// <summary>Stored as a number: never renumber.</summary>
internal enum ChangeKind : byte
{
    Added = 1,
    FlagsChanged = 2,
    Moved = 3,
    Copied = 4,
    Expunged = 5,
    MailboxCreated = 6,
    MailboxRenamed = 7,
    MailboxDeleted = 8,
    Subscribed = 9,
    Unsubscribed = 10,
    QuotaChanged = 11,
    Delivered = 12,
    /// <summary>
    /// A message put back by an undo: <see cref="ChangeRow.Mailbox"/>/<see cref="ChangedItem.Uid"/> are where it is
    /// now, the other pair where it was.
    /// </summary>
    Restored = 13,
    /// <summary>Kept content removed for good before its time.</summary>
    Destroyed = 14,
    /// <summary>
    /// An undo; its text says of what. The changes it made are entries of their own in the same transaction.
    /// </summary>
    Undone = 15,
    /// <summary>A policy; the text is "name\nbefore\nafter".</summary>
    PolicyChanged = 16,
    /// <summary>POP3: hidden for the acting device only.</summary>
    HiddenForDevice = 17,
    /// <summary>
    /// \Seen of one person where read states are personal: before and after are that person's \Seen and nothing else,
    /// the text is the person's number.
    /// </summary>
    SeenByPerson = 18,
    /// <summary>Members and their rights; the text is "person\nbefore\nafter".</summary>
    MembersChanged = 19,
    /// <summary>A device has deleted much in a short time; the text says how much.</summary>
    BrakeWarned = 20,
    /// <summary>A folder merged into the one of its special use; the text is "from\nto".</summary>
    Merged = 21,
    /// <summary>Annotations of a mailbox or of the account; the text names them, one on a line.</summary>
    AnnotationsChanged = 22,
    /// <summary>A Sieve script made or changed; the text is "name\nversion".</summary>
    ScriptSaved = 30,
    /// <summary>The text is its name.</summary>
    ScriptDeleted = 31,
    /// <summary>The text is "from\nto".</summary>
    ScriptRenamed = 32,
    /// <summary>The text is the name of the script that runs from now on.</summary>
    ScriptActivated = 33,
    /// <summary>No script runs any more; the text is the name of the one that did.</summary>
    ScriptDeactivated = 34,
    /// <summary>The list of senders who are let through or put into SPAM; the text is "entry\nbefore\nafter".</summary>
    SpamListChanged = 45,
    /// <summary>Somebody of the office opened the mailbox to read in it; the text is why.</summary>
    OfficeVisited = 50,
}
