using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Maildrops;
using Casella.Core.Messages.Searching;
using Casella.Core.Messages.Sorting;
using Casella.Core.Messages.Threading;
using Casella.Core.Policies;
using Casella.Core.Quota;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Work;
using Casella.Formats.Addresses;

namespace Casella.Core.Messages;

/// <summary>
/// The only door to a mailbox account, for every protocol and for the webmail: bound to one actor, who is stamped on
/// every change. Rights, quota, counters, ModSeq, the change log and publishing happen inside, so no protocol can
/// forget one. Methods that change return only after the change is durable (fsync) and has been published. Get one from
/// <see cref="MailAccounts"/>. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Failures are <see cref="MailException"/>: NoSuchMailbox, NoPermission, Unavailable and Damaged from every method;
/// others as said.
/// </remarks>
public sealed class MailAccount
{
    private readonly AccountState _state;
    private readonly MessageOptions _options;
    private readonly MessageAppend _append;

    internal MailAccount(AccountState state, EmailAddress address, Actor actor, MessageOptions options)
    {
        (_state, Address, Actor, _options) = (state, address, actor, options);
        _append = new MessageAppend(state, actor, options);
    }

    public AccountId Id => _state.Id;
    public EmailAddress Address { get; }
    public Actor Actor { get; }

    /// <summary>Octets of one message.</summary>
    internal long MessageSizeAtMost => _options.MessageSize;

    /// <summary>What the actor may do here; what it may not is refused with NoPermission.</summary>
    public MemberRights Rights => Actor.Rights;

    /// <summary>
    /// True for who may work here, and for a person who may only read where each has a \Seen of their own (ADR 0016):
    /// that one changes nothing for the others.
    /// </summary>
    public bool MayMarkSeen => Rights.HasFlag(MemberRights.Work) || (Rights.HasFlag(MemberRights.Read) && HasOwnSeen);

    private bool HasOwnSeen => Actor.Person is not null && _state.Policy.Seen is SeenMode.Person;

    /// <summary>What the server does unasked: forecast, alerts, folders that want merging, notices.</summary>
    public AccountCare Care => new(_state, Actor, _append);

    /// <summary>The same account for a client that has now told its name (IMAP ID).</summary>
    public MailAccount As(Actor actor) => new(_state, Address, actor, _options);

    // ---- mailboxes

    /// <summary>The tree as of the last commit, with what is unseen for the actor; from memory.</summary>
    public ValueTask<MailboxTree> GetTreeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _state.GetTreeAsync(Actor, cancellationToken);
    }

    /// <summary>Creates a mailbox and the superior names it needs (RFC 9051 §6.3.4).</summary>
    /// <exception cref="MailException">MailboxExists, TooManyMailboxes.</exception>
    public Task<MailboxInfo> CreateMailboxAsync(MailboxName name, SpecialUse use, CancellationToken cancellationToken) =>
        TreeChanges.CreateAsync(_state, Actor, new NewMailbox(name, use, _options.MailboxesPerAccount), cancellationToken);

    /// <summary>
    /// Deletes a mailbox with its messages; a name with children stays as not selectable (RFC 9051 §6.3.5).
    /// </summary>
    /// <exception cref="MailException">MailboxCannotBeDeleted for INBOX and for a not selectable name with
    /// children.</exception>
    public Task DeleteMailboxAsync(MailboxName name, CancellationToken cancellationToken) =>
        _state.WriteAsync(Actor, unit => TreeChanges.Delete(unit, name), cancellationToken);

    /// <summary>
    /// Renames a mailbox and all below it in one transaction; of INBOX moves the messages to a new mailbox
    /// (RFC 9051 §6.3.6).
    /// </summary>
    /// <exception cref="MailException">MailboxExists, NoSuchMailbox, InvalidMailboxName (below itself).</exception>
    public Task RenameMailboxAsync(MailboxName from, MailboxName to, CancellationToken cancellationToken) =>
        _state.WriteAsync(Actor, unit => TreeChanges.Rename(unit, from, to), cancellationToken);

    /// <summary>Subscribes or unsubscribes a name; it need not exist.</summary>
    public Task SetSubscribedAsync(MailboxName name, bool subscribed, CancellationToken cancellationToken) =>
        _state.WriteAsync(Actor, unit => TreeChanges.SetSubscribed(unit, name, subscribed), cancellationToken);

    /// <summary>What people do with folders: undone by one number.</summary>
    public AccountFolders Folders => new(_state, Actor, _options);

    // ---- messages

    /// <summary>The mailbox as of the last commit, with the actor's \Seen; from memory after the first time.</summary>
    public ValueTask<MailboxSnapshot> GetSnapshotAsync(MailboxId mailbox, CancellationToken cancellationToken) =>
        _state.GetSnapshotAsync(mailbox, Actor, cancellationToken);

    /// <summary>
    /// Takes the messages that no session has been told about as \Recent (RFC 3501 §2.3.2): returns the first UID that
    /// is recent for this session; the next call starts after the mailbox's present end. EXAMINE passes
    /// <paramref name="claim"/> false.
    /// </summary>
    public ValueTask<Uid> ClaimRecentAsync(MailboxId mailbox, bool claim, CancellationToken cancellationToken) =>
        _state.ClaimRecentAsync(mailbox, claim && Rights.HasFlag(MemberRights.Work), cancellationToken);

    /// <summary>
    /// Appends messages in order, all or none. Drafts, Sent and Trash may use the reserve of a full account.
    /// </summary>
    /// <exception cref="MailException">OverQuota, MessageTooLarge, TooManyKeywords.</exception>
    public Task<AppendResult> AppendAsync(
        MailboxId mailbox, IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken) =>
        _append.AppendAsync(mailbox, messages, cancellationToken);

    /// <summary>
    /// Removes a message and appends another in one transaction (RFC 8508 §3.4): the first makes room for the second.
    /// </summary>
    /// <exception cref="MailException">NoSuchMessage, OverQuota, MessageTooLarge, TooManyKeywords.</exception>
    public Task<AppendResult> ReplaceAsync(
        MailboxId source, Uid replaced, MailboxId target, NewMessage message, CancellationToken cancellationToken) =>
        _append.ReplaceAsync(new PlacementName(source, replaced), target, message, cancellationToken);

    /// <summary>
    /// Whether so many octets more would fit now: asked before an upload is invited. The exact check is in the append
    /// itself.
    /// </summary>
    /// <exception cref="MailException">OverQuota, NoSuchMailbox.</exception>
    public void CheckRoom(MailboxId mailbox, long octets) => _append.CheckRoom(mailbox, octets);

    /// <summary>Puts incoming mail into INBOX or another folder, once: a delivery whose key is known already is left out.</summary>
    /// <param name="deliveryKey">Identity of this delivery (sender, recipient, Message-ID, content), or empty for mail
    /// that cannot be recognised.</param>
    /// <param name="folder">Junk, or None for INBOX.</param>
    /// <returns>False for a duplicate.</returns>
    /// <exception cref="MailException">OverQuota, MessageTooLarge.</exception>
    public Task<bool> DeliverAsync(StagedMessage message, ReadOnlyMemory<byte> deliveryKey, SpecialUse folder, CancellationToken cancellationToken) =>
        _append.DeliverAsync(message, deliveryKey, folder, sender: null, cancellationToken);

    /// <summary>The same, with the hash of a sender whom the mailbox knows from now on.</summary>
    internal Task<bool> DeliverFromAsync(
        StagedMessage message, ReadOnlyMemory<byte> deliveryKey, SpecialUse folder, long? sender, CancellationToken cancellationToken) =>
        _append.DeliverAsync(message, deliveryKey, folder, sender, cancellationToken);

    /// <summary>
    /// Files what the actor has sent into Sent and marks what it answers. Only <see cref="Submitter"/> calls it, which
    /// has asked whether the actor may send for this account.
    /// </summary>
    internal Task<SentFiling> FileSentAsync(SentMail mail, CancellationToken cancellationToken) =>
        _append.FileSentAsync(mail, cancellationToken);

    /// <summary>Whether the copy of what was sent is still here, wherever.</summary>
    internal Task<bool> HasSentCopyAsync(HeldCopy held, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(Id, reader => CallingBack.FindCopy(reader, held) is not null, cancellationToken);

    /// <summary>What was called back is a draft again. Only <see cref="Queue.HeldMail"/> calls it, which has taken it out of the queue.</summary>
    /// <param name="instead">Where no copy was filed; else null.</param>
    internal Task<PlacementName> CallBackAsync(HeldCopy held, StagedMessage? instead, CancellationToken cancellationToken) =>
        _append.CallBackAsync(held, instead, cancellationToken);

    /// <summary>
    /// Another placement of the same messages; within one account it costs no quota. All that still exist, in the order
    /// given.
    /// </summary>
    public Task<CopyResult> CopyAsync(
        MailboxId source, IReadOnlyList<Uid> uids, MailboxId target, CancellationToken cancellationToken) =>
        _state.WriteAsync(Actor, unit => PlacementChanges.Copy(unit, source, uids, target), cancellationToken);

    /// <summary>
    /// Moves in one transaction (RFC 6851): of two sessions that move the same message one gets it, the other finds it
    /// gone.
    /// </summary>
    public Task<CopyResult> MoveAsync(
        MailboxId source, IReadOnlyList<Uid> uids, MailboxId target, CancellationToken cancellationToken) =>
        _state.WriteAsync(Actor, unit => PlacementChanges.Move(unit, source, uids, target), cancellationToken);

    /// <summary>Changes flags of the UIDs that exist; placements that already have them keep their ModSeq.</summary>
    /// <param name="unchangedSince">RFC 7162 UNCHANGEDSINCE, or null.</param>
    /// <exception cref="MailException">TooManyKeywords.</exception>
    public Task<StoreResult> StoreFlagsAsync(
        MailboxId mailbox, IReadOnlyList<Uid> uids, FlagOperation operation, FlagNames flags, ModSeq? unchangedSince,
        CancellationToken cancellationToken)
    {
        var change = new FlagChange(operation, flags, unchangedSince);
        var isOwn = change.IsOfSeenOnly && HasOwnSeen;
        return _state.WriteAsync(
            Actor,
            isOwn ? MemberRights.Read : MemberRights.Work,
            unit =>
            {
                // It may have become common on the way here.
                if (isOwn && unit.ReadStates is null && !Rights.HasFlag(MemberRights.Work))
                    throw new MailException(MailError.NoPermission, $"{Actor.Name} may not mark for all");
                return PlacementChanges.StoreFlags(unit, mailbox, uids, change);
            },
            cancellationToken);
    }

    /// <summary>Removes placements.</summary>
    /// <param name="uids">Only these, or null for all.</param>
    /// <param name="onlyDeleted">Only those with \Deleted (IMAP); false removes whatever is named (POP3,
    /// webmail).</param>
    public Task<ExpungeResult> ExpungeAsync(
        MailboxId mailbox, IReadOnlyList<Uid>? uids, bool onlyDeleted, CancellationToken cancellationToken) =>
        _state.WriteAsync(Actor, unit => PlacementChanges.Expunge(unit, mailbox, uids, onlyDeleted), cancellationToken);

    /// <summary>
    /// Reads what is needed of the given placements, in their order, in batches, holding no lock while the caller
    /// writes. Messages expunged since the snapshot are still read (content outlives its last placement for a while).
    /// </summary>
    public IAsyncEnumerable<MessageData> ReadAsync(
        IReadOnlyList<Placement> placements, MessageNeeds needs, CancellationToken cancellationToken) =>
        MessageReading.ReadAsync(_state, placements, needs, cancellationToken);

    /// <summary>Opens a message's bytes.</summary>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    public Task<MessageContent> OpenAsync(EmailId message, CancellationToken cancellationToken) =>
        _state.Store.OpenAsync(Id, message, cancellationToken);

    /// <summary>
    /// Opens many at once, in the order of the ids: quicker than one by one. The bytes of small ones are in memory then.
    /// </summary>
    /// <returns>One completed or failed task for each: NoSuchMessage, Damaged.</returns>
    public Task<IReadOnlyList<Task<MessageContent>>> OpenAsync(IReadOnlyList<EmailId> messages, CancellationToken cancellationToken) =>
        _state.Store.OpenAsync(Id, messages, cancellationToken);

    /// <summary>
    /// UIDs of the mailbox that match, ascending. Flags, dates and sizes cost no SQL; texts are matched on decoded
    /// text.
    /// </summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public Task<IReadOnlyList<Uid>> SearchAsync(
        MailboxSnapshot snapshot, SearchCriterion criterion, CancellationToken cancellationToken) =>
        new MailboxSearch(_state, snapshot, SearchBudget()).RunAsync(criterion, cancellationToken);

    /// <summary>
    /// The newest that match, so many at most, and how well each fits the fuzzy terms. A few of many are found at once,
    /// for older messages are not looked at.
    /// </summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task<SearchFindings> SearchNewestAsync(
        MailboxSnapshot snapshot, SearchCriterion criterion, int atMost, CancellationToken cancellationToken)
    {
        var search = new MailboxSearch(_state, snapshot, SearchBudget());
        return new SearchFindings(await search.NewestAsync(criterion, atMost, cancellationToken), search.Relevancy);
    }

    /// <summary>The messages sorted; those that are equal stay in the order given, which is the mailbox's.</summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public Task<IReadOnlyList<Uid>> SortAsync(
        IReadOnlyList<Placement> placements, IReadOnlyList<SortKey> keys, CancellationToken cancellationToken) =>
        SortAsync(placements, keys, null, cancellationToken);

    /// <param name="findings">Where one of the keys is Relevancy.</param>
    /// <exception cref="MailException">TooExpensive.</exception>
    public Task<IReadOnlyList<Uid>> SortAsync(
        IReadOnlyList<Placement> placements, IReadOnlyList<SortKey> keys, SearchFindings? findings, CancellationToken cancellationToken) =>
        new MessageSort(_state, SearchBudget(), findings).RunAsync(placements, keys, cancellationToken);

    /// <summary>The messages as conversations; each message is in one of them, once.</summary>
    /// <exception cref="MailException">TooExpensive.</exception>
    public Task<IReadOnlyList<ThreadNode>> ThreadAsync(
        IReadOnlyList<Placement> placements, ThreadAlgorithm algorithm, CancellationToken cancellationToken) =>
        new MessageThreading(_state, SearchBudget()).RunAsync(placements, algorithm, cancellationToken);

    /// <summary>Conversations as the store has linked them, over all folders.</summary>
    public Conversations Conversations => new(_state);

    private TimeBudget SearchBudget() => new(_state.Time, _options.SearchTime);

    /// <summary>
    /// UIDs expunged after a ModSeq (RFC 7162 VANISHED), ascending ranges; after a long time all that are not there.
    /// </summary>
    public Task<IReadOnlyList<UidRange>> VanishedSinceAsync(MailboxId mailbox, ModSeq since, CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(Id, reader => VanishedUids.Since(reader, mailbox, since), cancellationToken);

    public ValueTask<QuotaStatus> GetQuotaAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<QuotaStatus>(_state.Quota);
    }

    /// <summary>What takes the space, and how to make room.</summary>
    public Quota.Space.AccountSpace Space => new(_state, this, _append);

    /// <summary>
    /// Sets the limit that appends are held to; administration only (the directory keeps the same number for its list).
    /// </summary>
    /// <param name="limit">Bytes; null for none.</param>
    internal Task SetQuotaAsync(long? limit, CancellationToken cancellationToken) => _state.WriteAsync(
        Actor,
        MemberRights.Manage,
        unit =>
        {
            unit.Transaction.SetQuota(limit);
            unit.Log(ChangeKind.QuotaChanged, null, null, [], limit?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return true;
        },
        cancellationToken);

    /// <summary>Notes in the change log who may work here, and what; the directory holds it.</summary>
    internal Task LogMemberAsync(Person person, MemberRights before, MemberRights after, CancellationToken cancellationToken) => _state.WriteAsync(
        Actor,
        MemberRights.Manage,
        unit =>
        {
            if (after is not MemberRights.None)
                unit.ReadStates?.Begin(person.Id);
            unit.Log(ChangeKind.MembersChanged, null, null, [], $"{person.Name}\n{RightsText.Format(before)}\n{RightsText.Format(after)}");
            return true;
        },
        cancellationToken);

    /// <summary>Somebody of the office is about to read here who is no member; the members find why.</summary>
    internal Task LogVisitAsync(string reason, CancellationToken cancellationToken) => _state.WriteAsync(
        Actor,
        MemberRights.Manage,
        unit =>
        {
            unit.Log(ChangeKind.OfficeVisited, null, null, [], reason);
            return true;
        },
        cancellationToken);

    // ---- policy

    /// <summary>What this mailbox has decided for itself, as of the last commit.</summary>
    public MailboxPolicy Policy => _state.Policy;

    /// <summary>Sets policies, all or none.</summary>
    /// <param name="values">By names of <see cref="PolicyTable"/>.</param>
    /// <exception cref="Directory.DirectoryRuleException">No such policy or value.</exception>
    public async Task SetPolicyAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        var members = await _state.MembersAsync(cancellationToken);
        await _state.WriteAsync(Actor, MemberRights.Manage, unit => PolicyChanges.Set(unit, values, members), cancellationToken);
    }

    // ---- what devices and members see of each other's work

    /// <summary>POP3: INBOX as this device sees it.</summary>
    public MaildropViews Maildrops => new(_state, this);

    /// <summary>Who works on what.</summary>
    public AccountWork Work => new(_state);

    /// <summary>Whom the account writes to.</summary>
    public Correspondents Correspondents => new(this);

    // ---- filters

    /// <summary>The Sieve scripts of the mailbox.</summary>
    public Filtering.MailFilters Filters => new(_state, Actor);

    /// <summary>The rules that people make by clicking: the active script, as far as it is rules.</summary>
    public Filtering.MailRules Rules => new(_state, this);

    /// <summary>Senders who are let through or not, and what the spam filter says.</summary>
    public Filtering.Spam.MailboxSpam Spam => new(_state, Actor);

    /// <summary>
    /// Does with incoming mail what the mailbox's script has decided, once. Only <see cref="Filtering.FilteredDelivery"/>
    /// calls it.
    /// </summary>
    /// <returns>False for a duplicate.</returns>
    /// <exception cref="MailException">OverQuota, MessageTooLarge.</exception>
    internal Task<bool> DeliverFilteredAsync(Filtering.FilteredMail mail, CancellationToken cancellationToken) =>
        _append.DeliverFilteredAsync(mail, cancellationToken);

    /// <summary>The same after an event. Only <see cref="Filtering.Events.EventRun"/> calls it.</summary>
    /// <exception cref="MailException">OverQuota, MessageTooLarge.</exception>
    internal Task ApplyEventAsync(Filtering.Events.EventEffects effects, CancellationToken cancellationToken) =>
        _append.ApplyEventAsync(effects, cancellationToken);

    // ---- annotations

    /// <summary>What programs and people keep beside the mailboxes.</summary>
    public AccountAnnotations Annotations => new(_state, Actor, _options);

    // ---- access by URL

    /// <summary>The actor's keys by which URLs are authorized.</summary>
    public AccessKeys AccessKeys => new(_state, Actor);

    // ---- changes

    /// <summary>Takes changes back, in one transaction that all clients see at once.</summary>
    /// <exception cref="MailException">NoPermission: what others did, by who does not manage the mailbox.</exception>
    public async Task<UndoResult> UndoAsync(UndoRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsBounded)
            throw new ArgumentException("An undo is of a change, a device, a person or messages.", nameof(request));
        try
        {
            return await _state.WriteAsync(Actor, unit => Undo(unit, request), cancellationToken);
        }
        catch (UndoTrial trial)
        {
            return trial.Found;
        }
    }

    private static UndoResult Undo(UnitOfWork unit, UndoRequest request)
    {
        var result = new Undoing(unit, request).Run();
        // What would be done is known best by doing it: a unit that fails is as if it had never been.
        return request.IsTrial ? throw new UndoTrial(result with { Change = null }) : result;
    }

    /// <summary>What has happened here, and to a message.</summary>
    public AccountHistory History => new(_state);

    /// <summary>Messages that were kept elsewhere: restores and imports.</summary>
    internal MessageIntake Intake => new(_state, Actor);

    /// <summary>Messages that are brought over from another server.</summary>
    internal Casella.Core.Migration.MigrationIntake Migration => new(_state, Actor);

    /// <summary>The EMAILIDs of the messages that were destroyed here, as far back as the log goes.</summary>
    internal Task<HashSet<string>> DestroyedAsync(CancellationToken cancellationToken) =>
        _state.Store.ReadAsync(Id, Destruction.Destroyed, cancellationToken);

    /// <summary>Lets messages go for good, at once.</summary>
    public Destruction Destruction => new(_state, Actor);

    /// <summary>The account's ModSeq as of the last commit.</summary>
    public ModSeq HighestModSeq => _state.HighestModSeq;

    /// <summary>
    /// Calls <paramref name="onChange"/> after each commit that touches the account, in ModSeq order, before the
    /// writer's own call returns. The callback runs on the account's writer: it only sets a flag or releases a waiter,
    /// and never blocks or throws.
    /// </summary>
    public IDisposable Subscribe(Action<Committed> onChange) => _state.Subscribe(onChange);
}
