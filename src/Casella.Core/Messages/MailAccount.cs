using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Quota;
using Casella.Formats.Addresses;

namespace Casella.Core.Messages;

/// <summary>
/// The only door to a mailbox account, for every protocol and for the webmail: bound to one actor, who is stamped on every change. Rights, quota,
/// counters, ModSeq, the change log and publishing happen inside, so no protocol can forget one. Methods that change return only after
/// the change is durable (fsync) and has been published. Get one from <see cref="MailAccounts"/>. Safe for concurrent use.
/// </summary>
/// <remarks>Failures are <see cref="MailException"/>: NoSuchMailbox, NoPermission, Unavailable and Damaged from every method; others as said.</remarks>
public sealed class MailAccount
{
    public AccountId Id => throw new NotImplementedException();
    public EmailAddress Address => throw new NotImplementedException();
    public Actor Actor => throw new NotImplementedException();

    /// <summary>The same account for a client that has now told its name (IMAP ID).</summary>
    public MailAccount As(Actor actor) => throw new NotImplementedException();

    // ---- mailboxes

    /// <summary>The tree as of the last commit; from memory.</summary>
    public ValueTask<MailboxTree> GetTreeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Creates a mailbox and the superior names it needs (RFC 9051 §6.3.4).</summary>
    /// <exception cref="MailException">MailboxExists, TooManyMailboxes.</exception>
    public Task<MailboxInfo> CreateMailboxAsync(MailboxName name, SpecialUse use, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Deletes a mailbox with its messages; a name with children stays as not selectable (RFC 9051 §6.3.5).</summary>
    /// <exception cref="MailException">MailboxCannotBeDeleted for INBOX and for a not selectable name with children.</exception>
    public Task DeleteMailboxAsync(MailboxName name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Renames a mailbox and all below it in one transaction; of INBOX moves the messages to a new mailbox (RFC 9051 §6.3.6).</summary>
    /// <exception cref="MailException">MailboxExists, NoSuchMailbox, InvalidMailboxName (below itself).</exception>
    public Task RenameMailboxAsync(MailboxName from, MailboxName to, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Subscribes or unsubscribes a name; it need not exist.</summary>
    public Task SetSubscribedAsync(MailboxName name, bool subscribed, CancellationToken cancellationToken) => throw new NotImplementedException();

    // ---- messages

    /// <summary>The mailbox as of the last commit; from memory after the first time.</summary>
    public ValueTask<MailboxSnapshot> GetSnapshotAsync(MailboxId mailbox, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes the messages that no session has been told about as \Recent (RFC 3501 §2.3.2): returns the first UID that is recent for
    /// this session; the next call starts after the mailbox's present end. EXAMINE passes <paramref name="claim"/> false.</summary>
    public ValueTask<Uid> ClaimRecentAsync(MailboxId mailbox, bool claim, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Appends messages in order, all or none. Drafts and Sent may use the reserve of a full account.</summary>
    /// <exception cref="MailException">OverQuota, MessageTooLarge, TooManyKeywords.</exception>
    public Task<AppendResult> AppendAsync(MailboxId mailbox, IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Another placement of the same messages; within one account it costs no quota. All that still exist, in the order given.</summary>
    public Task<CopyResult> CopyAsync(
        MailboxId source, IReadOnlyList<Uid> uids, MailboxId target, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Moves in one transaction (RFC 6851): of two sessions that move the same message one gets it, the other finds it gone.</summary>
    public Task<CopyResult> MoveAsync(
        MailboxId source, IReadOnlyList<Uid> uids, MailboxId target, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Changes flags of the UIDs that exist; placements that already have them keep their ModSeq.</summary>
    /// <param name="unchangedSince">RFC 7162 UNCHANGEDSINCE, or null.</param>
    /// <exception cref="MailException">TooManyKeywords.</exception>
    public Task<StoreResult> StoreFlagsAsync(
        MailboxId mailbox, IReadOnlyList<Uid> uids, FlagOperation operation, FlagNames flags, ModSeq? unchangedSince,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes placements.</summary>
    /// <param name="uids">Only these, or null for all.</param>
    /// <param name="onlyDeleted">Only those with \Deleted (IMAP); false removes whatever is named (POP3, webmail).</param>
    public Task<ExpungeResult> ExpungeAsync(
        MailboxId mailbox, IReadOnlyList<Uid>? uids, bool onlyDeleted, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads what is needed of the given placements, in their order, in batches, holding no lock while the caller writes. Messages expunged
    /// since the snapshot are still read (content outlives its last placement for a while).</summary>
    public IAsyncEnumerable<MessageData> ReadAsync(
        IReadOnlyList<Placement> placements, MessageNeeds needs, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens a message's bytes.</summary>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    public Task<MessageContent> OpenAsync(EmailId message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>UIDs of the mailbox that match, ascending. Flags, dates and sizes cost no SQL; texts are matched on decoded text.</summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public Task<IReadOnlyList<Uid>> SearchAsync(
        MailboxSnapshot snapshot, SearchCriterion criterion, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>UIDs expunged after a ModSeq (RFC 7162 VANISHED), ascending ranges.</summary>
    public Task<IReadOnlyList<UidRange>> VanishedSinceAsync(
        MailboxId mailbox, ModSeq since, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask<QuotaStatus> GetQuotaAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sets the limit that appends are held to; administration only (the directory keeps the same number for its list).</summary>
    /// <param name="limit">Bytes; null for none.</param>
    internal Task SetQuotaAsync(long? limit, CancellationToken cancellationToken) => throw new NotImplementedException();

    // ---- changes

    /// <summary>The account's ModSeq as of the last commit.</summary>
    public ModSeq HighestModSeq => throw new NotImplementedException();

    /// <summary>Calls <paramref name="onChange"/> after each commit that touches the account, in ModSeq order, before the writer's own call returns. The
    /// callback runs on the account's writer: it only sets a flag or releases a waiter, and never blocks or throws.</summary>
    public IDisposable Subscribe(Action<Changes.Committed> onChange) => throw new NotImplementedException();
}
