using Casella.Core.Annotations;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Core.Storage;

/// <summary>
/// The rows and bodies of mailbox accounts. One implementation (SQLite file per account); contract tests:
/// MailStoreContract. Core decides (UIDs, ModSeq, quota); the store keeps, in transactions.
/// </summary>
/// <remarks>
/// Failures: <see cref="MailException"/> Unavailable (disk full, I/O error, closing: nothing was changed), Damaged,
/// NoSuchAddress (no such account).
/// </remarks>
internal interface IMailStore : IAsyncDisposable
{
    /// <summary>Makes an account's storage and runs its first unit of work.</summary>
    Task CreateAsync(AccountId account, Action<IMailTransaction> work, CancellationToken cancellationToken);

    /// <summary>Removes an account's storage for good.</summary>
    Task DeleteAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a unit of work on the account's only writer. Units that wait are committed together with one fsync; each is
    /// isolated by a savepoint, so one that throws undoes only itself. After the commit is durable
    /// <paramref name="committed"/> is called, in commit order, on the writer; then the task completes. A unit that
    /// wrote nothing costs no commit. Work must be quick and must not wait for anything.
    /// </summary>
    Task<T> WriteAsync<T>(
        AccountId account, Func<IMailTransaction, T> work, Action<T>? committed, CancellationToken cancellationToken);

    /// <summary>Runs a query on a read connection: a consistent snapshot, beside the writer.</summary>
    Task<T> ReadAsync<T>(AccountId account, Func<IMailReader, T> query, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a body ready for <see cref="IMailTransaction.InsertMessage"/>: hashes, compresses where it shrinks, and
    /// when it is over the inline limit writes and fsyncs the blob file and its directory. A body that no transaction
    /// used is an orphan and is swept.
    /// </summary>
    Task<PreparedBody> PrepareAsync(AccountId account, StagedMessage message, int headerSize, CancellationToken cancellationToken);

    /// <summary>Opens a message's bytes for reading by ranges.</summary>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    Task<MessageContent> OpenAsync(AccountId account, EmailId message, CancellationToken cancellationToken);

    /// <summary>
    /// Opens many in one visit to the account's file, in the order of the ids; the bytes of small ones are in memory
    /// then, so the caller asks for no more at once than it wants to hold.
    /// </summary>
    /// <returns>One completed or failed task for each: NoSuchMessage, Damaged.</returns>
    Task<IReadOnlyList<Task<MessageContent>>> OpenAsync(
        AccountId account, IReadOnlyList<EmailId> messages, CancellationToken cancellationToken);

    /// <summary>
    /// Checks every row, counter, UID rule and body hash; calls back with each finding, in words for the technician.
    /// </summary>
    Task<AccountFindings> VerifyAsync(AccountId account, Action<string> finding, CancellationToken cancellationToken);

    /// <summary>
    /// Mends what can be mended of an account's rows and file. Meanwhile nobody else has the account: it waits for who is
    /// at work there, and whoever comes hears Unavailable.
    /// </summary>
    /// <param name="backup">What the file is taken from when nothing of it can be read.</param>
    /// <param name="alone">Called when nobody else has the account any more.</param>
    /// <exception cref="MailException">Unavailable: somebody does not come to an end.</exception>
    Task<MendedAccount> MendAsync(
        AccountId account, IBackedUpMailbox? backup, Func<Task> alone, CancellationToken cancellationToken);

    /// <summary>The bytes of a stray message that is not known.</summary>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    Task<MessageContent> OpenStrayAsync(AccountId account, StrayMessage stray, CancellationToken cancellationToken);

    /// <summary>The accounts' full-text indexes; an account that is deleted takes its own with it.</summary>
    ISearchIndex Search { get; }

    /// <summary>Deletes the blobs of destroyed messages, after the commit. One that stays is swept later.</summary>
    Task EraseAsync(AccountId account, IReadOnlyList<string> blobs, CancellationToken cancellationToken);

    /// <summary>Deletes blob files that no row names and that are older than the grace time.</summary>
    /// <returns>How many.</returns>
    Task<int> SweepAsync(AccountId account, TimeSpan grace, CancellationToken cancellationToken);
}

/// <summary>A body on its way into a transaction; only its own store looks inside.</summary>
internal abstract record PreparedBody(long Size, ReadOnlyMemory<byte> Sha256);

/// <summary>Queries on an account's rows.</summary>
internal interface IMailReader
{
    AccountRow Account { get; }
    IReadOnlyList<MailboxRow> Mailboxes();
    MailboxRow? Mailbox(MailboxId mailbox);
    IReadOnlyList<string> Subscriptions();
    IReadOnlyList<string> Keywords();

    /// <summary>All placements of a mailbox, ascending UID, into the caller's list.</summary>
    void Placements(MailboxId mailbox, List<Placement> into);

    /// <summary>Those of the UIDs, which are ascending, that are there.</summary>
    IReadOnlyList<Placement> Placements(MailboxId mailbox, IReadOnlyList<Uid> uids);
    Placement? Placement(MailboxId mailbox, Uid uid);

    /// <summary>
    /// Rows of messages in the order of the ids; a missing one is skipped. Only the needed columns are read.
    /// </summary>
    IReadOnlyList<MessageRow> Messages(IReadOnlyList<EmailId> ids, MessageNeeds needs);

    /// <summary>UIDs expunged after a ModSeq, ascending; complete from <see cref="LogBounds.VanishedFrom"/> on.</summary>
    IReadOnlyList<Uid> Tombstones(MailboxId mailbox, ModSeq since);

    /// <summary>The log after a ModSeq, oldest first, at most <paramref name="limit"/> rows.</summary>
    IReadOnlyList<ChangeRow> Changes(ModSeq since, int limit);

    /// <summary>
    /// A ModSeq after which the log has everything since a time, found without reading what is before. As right as the
    /// clock that the log was written by: times that went back are not noticed.
    /// </summary>
    ModSeq ModSeqBefore(DateTimeOffset at);

    /// <summary>How far the log and the tombstones have been shortened.</summary>
    LogBounds LogBounds();

    /// <summary>The log before a ModSeq, newest first, at most <paramref name="limit"/> rows.</summary>
    IReadOnlyList<ChangeRow> ChangesBefore(ModSeq before, int limit);

    /// <summary>The thread that holds a message with one of these Message-IDs, or null.</summary>
    ThreadId? FindThread(IReadOnlyList<string> messageIds);

    /// <summary>
    /// The conversation of each message of the account after one, ascending by message: quick for all of 100,000, for it
    /// opens no message.
    /// </summary>
    IReadOnlyList<(EmailId Message, ThreadId Thread)> Threads(EmailId after);

    /// <summary>The messages of a conversation, placed or kept, ascending.</summary>
    IReadOnlyList<EmailId> MessagesOf(ThreadId thread, int limit);

    /// <summary>What is known of a message's content, placed or kept after its deletion; null when it is gone.</summary>
    KeptMessage? Kept(EmailId message);

    /// <summary>Every placement of a message, by mailbox and UID.</summary>
    IReadOnlyList<PlacementAt> PlacementsOf(EmailId message);

    /// <summary>
    /// Messages of the account (placed or kept) whose Message-ID is probably this one: found by a 64-bit hash, so the
    /// caller that must be sure reads the envelope.
    /// </summary>
    IReadOnlyList<EmailId> FindMessages(string messageId);

    /// <summary>The message (placed or kept) with this EMAILID, or null. Looks through all: for administration.</summary>
    EmailId? FindByObjectId(string objectId);

    /// <summary>The ids of the account's messages (placed or kept) after one, ascending.</summary>
    IReadOnlyList<EmailId> MessagesAfter(EmailId after, int limit);

    /// <summary>All messages of the account, placed or kept.</summary>
    long CountMessages();

    /// <summary>The account's settings by name: its policy, see <see cref="Policies.MailboxPolicy"/>.</summary>
    IReadOnlyDictionary<string, string> Settings();

    /// <summary>From when on a device sees messages by POP3, or null when it has never asked.</summary>
    DateTimeOffset? MaildropStart(DeviceId device);

    /// <summary>What a device has hidden for itself.</summary>
    IReadOnlyList<HiddenCopy> Hidden(DeviceId device);

    /// <summary>Copies that the server has filed lately.</summary>
    IReadOnlyList<SentCopyRow> SentCopies();

    /// <summary>What is known of the work on a message, oldest first.</summary>
    IReadOnlyList<WorkRow> WorkOn(EmailId message);

    /// <summary>All work that ends at some time, the next end first.</summary>
    IReadOnlyList<WorkRow> OpenWork();

    /// <summary>One owner's annotations of a mailbox, or of the account as a whole, by name.</summary>
    IReadOnlyList<Annotation> Annotations(MailboxId? mailbox, AnnotationOwner owner);

    /// <summary>Everybody's annotations of one name: of mailboxes, and of the account as a whole for null.</summary>
    IReadOnlyList<(MailboxId? Mailbox, ReadOnlyMemory<byte> Value)> AnnotationsNamed(string entry);

    /// <summary>A person's key to a mailbox (RFC 4467 §2.2), or null.</summary>
    /// <param name="person">Null for who signs in with the common password.</param>
    ReadOnlyMemory<byte>? AccessKey(MailboxId mailbox, PersonId? person);

    /// <summary>The names that messages had in POP3 of the server that they were brought over from.</summary>
    IReadOnlyDictionary<EmailId, string> OldUniqueIds();

    /// <summary>What the mailbox knows of a message that is to be judged.</summary>
    SpamKnowledge SpamKnowledge(SpamQuestion question);

    /// <summary>
    /// True when a delivery with this key is in some mailbox of the account. One that its readers have removed since is
    /// not: who sends it again was asked to.
    /// </summary>
    bool HasDelivery(ReadOnlySpan<byte> key);
}

/// <summary>
/// Changes to an account's rows. The transaction's ModSeq is taken once and stamps everything it writes.
/// </summary>
internal interface IMailTransaction : IMailReader
{
    /// <summary>This unit's ModSeq: the account's last plus one, taken at first use.</summary>
    ModSeq ModSeq { get; }

    /// <summary>Adds to the account's counters.</summary>
    void AddUsage(long bytes, long messages);
    void SetQuota(long? limit);

    /// <summary>The highest UIDVALIDITY this account has given out; kept when mailboxes are deleted.</summary>
    uint LastUidValidity { get; set; }

    MailboxId InsertMailbox(MailboxName name, SpecialUse use, uint uidValidity);
    void UpdateMailbox(MailboxRow row);

    /// <summary>
    /// As <see cref="UpdateMailbox"/>, written along with the next commit; no commit is made for it (\Recent marks).
    /// </summary>
    void UpdateMailboxLazily(MailboxRow row);
    void DeleteMailbox(MailboxId mailbox);
    void SetSubscribed(string name, bool subscribed);
    void AddKeyword(string keyword);

    /// <param name="value">Null removes it.</param>
    void PutSetting(string name, string? value);

    /// <summary>Inserts a message that has no placement yet.</summary>
    EmailId InsertMessage(NewMessageRow row, PreparedBody body);

    /// <summary>Gives a message its bytes again, which were damaged.</summary>
    void ReplaceBody(EmailId message, PreparedBody body);

    /// <summary>Inserts a placement and counts it on its message (reference count).</summary>
    void InsertPlacement(MailboxId mailbox, Placement placement);
    void UpdateFlags(MailboxId mailbox, Uid uid, MessageFlags flags, ModSeq modSeq);

    /// <summary>Turns over these flags of every placement with such a UID.</summary>
    void ToggleFlags(MailboxId mailbox, UidRange uids, MessageFlags flags, ModSeq modSeq);

    /// <summary>
    /// Removes a placement and leaves a tombstone; a message without placements is marked orphaned at
    /// <paramref name="at"/>.
    /// </summary>
    /// <returns>True when that was the message's last placement.</returns>
    bool DeletePlacement(MailboxId mailbox, Placement placement, DateTimeOffset at);

    /// <summary>True when the message has a placement (else it counts for quota again when placed).</summary>
    bool IsPlaced(EmailId message);

    /// <summary>Removes messages orphaned before a time, with bodies; returns how many.</summary>
    int DeleteOrphans(DateTimeOffset before, int limit);

    /// <summary>
    /// Removes messages that have no placement, with bodies, and overwrites what was in their place; those that have one
    /// are left. The file keeps nothing of them once the unit is durable; their blobs are left for
    /// <see cref="IMailStore.EraseAsync"/>.
    /// </summary>
    /// <returns>The names of those blobs.</returns>
    IReadOnlyList<string> Destroy(IReadOnlyList<EmailId> messages);

    void InsertChange(ChangeRow row);

    /// <summary>Puts other entries in the place of those of one past transaction. Raises no ModSeq.</summary>
    void ReplaceChanges(ModSeq modSeq, IReadOnlyList<ChangeRow> rows);

    /// <summary>Raises no ModSeq.</summary>
    void PutLogBounds(LogBounds bounds);

    /// <summary>Removes tombstones up to a ModSeq, so many of each mailbox at most; returns how many went. Raises no
    /// ModSeq.</summary>
    int ForgetVanished(ModSeq upTo, int limit);
    void PutMaildropStart(DeviceId device, DateTimeOffset startsAt);

    /// <summary>Stamped with this unit's ModSeq.</summary>
    /// <returns>False when it was hidden already, or its content is gone for good.</returns>
    bool Hide(DeviceId device, HiddenCopy copy);

    /// <summary>Takes back what a device has hidden of a message in one unit.</summary>
    /// <returns>How many copies it sees again.</returns>
    int Unhide(DeviceId device, EmailId message, ModSeq hiddenAt);

    void PutSentCopy(SentCopyRow row);
    void DeleteSentCopies(DateTimeOffset before);

    /// <summary>Adds or replaces the row of this message and draft.</summary>
    void PutWork(WorkRow row);
    void DeleteWork(EmailId message, EmailId? draft);

    /// <summary>Adds, replaces or removes one; those of a mailbox are gone when it is deleted.</summary>
    void PutAnnotation(AnnotationRow row);

    /// <summary>Gives a mailbox all the annotations of another, whoever owns them.</summary>
    void CopyAnnotations(MailboxId from, MailboxId to);

    /// <summary>Of all values in the account.</summary>
    long AnnotationOctets();

    /// <summary>Adds or replaces one; those of a mailbox are gone when it is deleted. Raises no ModSeq.</summary>
    void PutAccessKey(MailboxId mailbox, PersonId? person, ReadOnlySpan<byte> key);

    /// <summary>Removes a person's keys to all mailboxes. Raises no ModSeq.</summary>
    void DeleteAccessKeys(PersonId? person);

    /// <summary>What the server does by itself for this mailbox: notices, use by day, alerts, automatic answers.</summary>
    ICareRows Care { get; }

    /// <summary>What persons have read, where read states are personal.</summary>
    IReadStateRows ReadStates { get; }

    /// <summary>Sieve scripts and what their runs remember.</summary>
    IFilterRows Filters { get; }

    /// <summary>Mail that was brought over from another server.</summary>
    IMigrationRows Migration { get; }

    /// <summary>What the spam filter has learnt, and the lists.</summary>
    ISpamRows Spam { get; }
    void InsertDelivery(ReadOnlySpan<byte> key, EmailId message, DateTimeOffset at);
    void DeleteDeliveries(DateTimeOffset before);
}
