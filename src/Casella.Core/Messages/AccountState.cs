using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Filtering;
using Casella.Core.Filtering.Events;
using Casella.Core.Mailboxes;
using Casella.Core.Notices;
using Casella.Core.Policies;
using Casella.Core.Quota;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// One open account in memory, shared by all its doors: the tree, the indexes of the mailboxes that are in use, the
/// subscribers. Follows the commits and never runs ahead of them: it changes only in the callback after a durable
/// commit, in commit order, on the account's writer.
/// </summary>
internal sealed class AccountState
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MailboxId, MailboxRow> _mailboxes;
    private readonly HashSet<string> _subscriptions;
    private readonly Dictionary<MailboxId, MailboxIndex> _indexes = [];
    private readonly IPeopleStore _people;
    private readonly IndexBudget _budget;
    private readonly NoticeSignal _notices;
    private readonly AccountWatch _watch;
    private AccountRow _account;
    private KeywordList _keywords;
    private MailboxPolicy _policy;
    private (IReadOnlyDictionary<string, string> Settings, MailboxPolicy Policy) _writersPolicy;
    private DateTimeOffset? _workEndsAt;
    private ActiveScript? _script;
    private EventScripts? _events;
    private ReadStates? _readStates;
    private MailboxTree? _tree;
    private readonly Dictionary<PersonId, MailboxTree> _treesOfPersons = [];
    private Subscription[] _subscribers = [];
    private volatile bool _isRetired;

    private AccountState(IMailTransaction reader, AccountServices services)
    {
        (_account, Store, _people, _budget, _notices, Room, Time) =
            (reader.Account, services.Store, services.People, services.Budget, services.Notices, services.Room, services.Time);
        _mailboxes = reader.Mailboxes().ToDictionary(row => row.Id);
        _subscriptions = [.. reader.Subscriptions()];
        _keywords = new KeywordList(reader.Keywords());
        var settings = reader.Settings();
        _policy = PolicyTable.Read(settings);
        _writersPolicy = (settings, _policy);
        _readStates = _policy.Seen is SeenMode.Person ? ReadStates.Load(reader.ReadStates) : null;
        _watch = new AccountWatch(settings);
        _script = ActiveScript.Read(reader.Filters);
        _events = EventScripts.Read(reader);
        _workEndsAt = reader.OpenWork() is [var next, ..] ? next.Until : null;
    }

    public AccountId Id => _account.Id;
    public IMailStore Store { get; }
    public DiskRoom Room { get; }
    public TimeProvider Time { get; }

    /// <summary>Which message is of which conversation, for the pages that show conversations.</summary>
    public Threading.ThreadMemory Threads { get; } = new();

    /// <summary>Read on the writer, so that no commit falls between the reading and the following.</summary>
    /// <exception cref="MailException">NoSuchAddress, also while it is only being made: what was read then would be kept as
    /// an account without an INBOX.</exception>
    public static Task<AccountState> LoadAsync(AccountId account, AccountServices services, CancellationToken cancellationToken) =>
        services.Store.WriteAsync(
            account,
            transaction => transaction.Mailboxes().Count > 0
                ? new AccountState(transaction, services)
                : throw new MailException(MailError.NoSuchAddress, $"account {account.Value} is being made"),
            null, cancellationToken);

    public ModSeq HighestModSeq
    {
        get
        {
            lock (_lock)
                return _account.ModSeq;
        }
    }

    public QuotaStatus Quota
    {
        get
        {
            lock (_lock)
                return new QuotaStatus(_account.UsedBytes, _account.QuotaLimit, _account.UsedMessages) { MessageLimit = _policy.MaxMessages };
        }
    }

    public MailboxPolicy Policy
    {
        get
        {
            lock (_lock)
                return _policy;
        }
    }

    /// <summary>When the next work in progress ends; null while nobody works on anything.</summary>
    public DateTimeOffset? WorkEndsAt
    {
        get
        {
            lock (_lock)
                return _workEndsAt;
        }
    }

    /// <summary>The Sieve script that incoming mail goes through, or null.</summary>
    public ActiveScript? Script
    {
        get
        {
            lock (_lock)
                return _script;
        }
    }

    /// <summary>The scripts that run for what members do; null for none.</summary>
    public EventScripts? Events
    {
        get
        {
            lock (_lock)
                return _events;
        }
    }

    public MailboxTree Tree
    {
        get
        {
            lock (_lock)
                return _tree ??= MakeTree();
        }
    }

    /// <summary>
    /// Runs a unit of the account's rules by somebody who may work in it; returns after it is durable, memory has
    /// followed and subscribers have been told.
    /// </summary>
    /// <exception cref="MailException">NoPermission.</exception>
    public Task<T> WriteAsync<T>(Actor actor, Func<UnitOfWork, T> work, CancellationToken cancellationToken) =>
        WriteAsync(actor, MemberRights.Work, work, cancellationToken);

    /// <summary>
    /// The same with another right than Work: Read for what is the actor's own (a view of a device, a personal \Seen),
    /// Manage for the rules of the mailbox.
    /// </summary>
    /// <exception cref="MailException">NoPermission.</exception>
    public async Task<T> WriteAsync<T>(Actor actor, MemberRights needs, Func<UnitOfWork, T> work, CancellationToken cancellationToken)
    {
        if (!actor.Rights.HasFlag(needs))
            throw new MailException(MailError.NoPermission, $"{actor.Name} lacks {needs}");
        if (_isRetired)
            throw new MailException(MailError.Unavailable, "the mailbox has been repaired; sign in again");
        var (result, _) = await Store.WriteAsync(
            Id,
            transaction =>
            {
                var unit = new UnitOfWork(transaction, actor, Time.GetUtcNow(), PolicyOf(transaction));
                var outcome = work(unit);
                _watch.Look(unit);
                return (outcome, unit.Finish());
            },
            done => Follow(done.Item2, actor),
            cancellationToken);
        return result;
    }

    /// <summary>The rows are changed behind it: what it knows is no longer so, and nobody may write by it.</summary>
    public void Retire() => _isRetired = true;

    /// <summary>The tree as the actor sees it: with the actor's own numbers of unseen messages where \Seen is personal.</summary>
    public async ValueTask<MailboxTree> GetTreeAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (MustBegin(actor))
            await BeginAsync(actor, cancellationToken);
        lock (_lock)
        {
            var tree = _tree ??= MakeTree();
            if (_readStates is null || actor.Person is not { } person || !_readStates.Knows(person))
                return tree;
            if (!_treesOfPersons.TryGetValue(person, out var own))
                _treesOfPersons[person] = own = tree with
                {
                    Mailboxes = [.. tree.Mailboxes.Select(info => info with { Unseen = info.Messages - _readStates.Of(info.Id, person).Count })],
                };
            return own;
        }
    }

    /// <summary>The mailbox's picture as the actor sees it; loads it at first use.</summary>
    /// <exception cref="MailException">NoSuchMailbox, MailboxNotSelectable.</exception>
    public async ValueTask<MailboxSnapshot> GetSnapshotAsync(MailboxId mailbox, Actor actor, CancellationToken cancellationToken)
    {
        if (MustBegin(actor))
            await BeginAsync(actor, cancellationToken);
        lock (_lock)
        {
            if (_indexes.TryGetValue(mailbox, out var index))
                return Use(index, actor.Person);
        }

        MailboxSnapshot? snapshot = null;
        await Store.WriteAsync(
            Id,
            transaction => LoadIndex(transaction, mailbox),
            index =>
            {
                lock (_lock)
                {
                    // Two sessions may have asked at once; the first one's index has followed since.
                    if (_indexes.TryAdd(mailbox, index))
                        _budget.Add(this, mailbox, index.Count);
                    snapshot = Use(_indexes[mailbox], actor.Person);
                }
            },
            cancellationToken);
        return snapshot!;
    }

    /// <summary>The first UID that no session has claimed; when <paramref name="claim"/>, none is left.</summary>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public async ValueTask<Uid> ClaimRecentAsync(MailboxId mailbox, bool claim, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Nothing new: most visits need not go to the writer.
            if (_mailboxes.TryGetValue(mailbox, out var known) && known.FirstRecent == known.UidNext)
                return known.FirstRecent;
        }

        return await Store.WriteAsync(
            Id,
            transaction =>
            {
                var row = transaction.Mailbox(mailbox) ?? throw new MailException(MailError.NoSuchMailbox);
                if (claim && row.FirstRecent != row.UidNext)
                    transaction.UpdateMailboxLazily(row with { FirstRecent = row.UidNext });
                return row.FirstRecent;
            },
            _ => FollowRecent(mailbox, claim),
            cancellationToken);
    }

    /// <summary>The persons of the mailbox now.</summary>
    public async Task<IReadOnlyList<PersonId>> MembersAsync(CancellationToken cancellationToken) =>
        [.. (await _people.MembersAsync(Id, cancellationToken)).Select(member => member.Person)];

    public IDisposable Subscribe(Action<Committed> onChange)
    {
        var subscription = new Subscription(this, onChange);
        lock (_lock)
            _subscribers = [.. _subscribers, subscription];
        return subscription;
    }

    /// <summary>The budget needs room: the index is loaded again when somebody asks.</summary>
    internal void Drop(MailboxId mailbox)
    {
        lock (_lock)
            _indexes.Remove(mailbox);
    }

    /// <summary>A person who looks for the first time where read states are personal.</summary>
    private bool MustBegin(Actor actor)
    {
        if (actor.Person is not { } person)
            return false;
        lock (_lock)
            return _readStates is { } states && !states.Knows(person);
    }

    private Task<bool> BeginAsync(Actor actor, CancellationToken cancellationToken) => WriteAsync(
        actor,
        MemberRights.Read,
        unit =>
        {
            unit.ReadStates?.Begin(actor.Person!.Value);
            return true;
        },
        cancellationToken);

    private MailboxSnapshot Use(MailboxIndex index, PersonId? person)
    {
        var snapshot = index.Snapshot();
        _budget.Touch(this, snapshot.Mailbox);
        return _readStates is { } states && person is { } reader && states.Knows(reader)
            ? snapshot.For(states.Of(snapshot.Mailbox, reader))
            : snapshot;
    }

    /// <summary>
    /// From the transaction, not from memory: units of one commit follow each other before memory follows them. Only on
    /// the writer; settings are turned into a policy again only when they have changed.
    /// </summary>
    private MailboxPolicy PolicyOf(IMailTransaction transaction)
    {
        var settings = transaction.Settings();
        if (!ReferenceEquals(settings, _writersPolicy.Settings))
            _writersPolicy = (settings, PolicyTable.Read(settings));
        return _writersPolicy.Policy;
    }

    private static MailboxIndex LoadIndex(IMailTransaction transaction, MailboxId mailbox)
    {
        var row = transaction.Mailbox(mailbox) ?? throw new MailException(MailError.NoSuchMailbox);
        if (!row.IsSelectable)
            throw new MailException(MailError.MailboxNotSelectable, row.Name.Value);
        var placements = new List<Placement>(row.Messages);
        transaction.Placements(mailbox, placements);
        return new MailboxIndex(row, new KeywordList(transaction.Keywords()), placements);
    }

    /// <summary>After the commit, on the writer: memory first, then everybody who listens.</summary>
    private void Follow(AccountUpdate update, Actor actor)
    {
        Subscription[] subscribers;
        lock (_lock)
        {
            if (update.Work is { } work)
                _workEndsAt = work.EndsAt;
            FollowReadStates(update);
            if (update.ModSeq is null)
                return;
            _account = update.Account!;
            _policy = update.Policy ?? _policy;
            _script = update.Script is { } script ? script.Active : _script;
            _events = update.Events is { } events ? events.Scripts : _events;
            if (update.NewKeywords.Count > 0)
                _keywords = new KeywordList([.. _keywords.Names, .. update.NewKeywords]);
            FollowTree(update);
            FollowPlacements(update);
            subscribers = _subscribers;
        }

        var mailboxes = update.Placements.Select(change => change.Mailbox).Concat(update.DeletedMailboxes).Distinct().ToList();
        var committed = new Committed(update.ModSeq.Value, mailboxes, update.TreeChanged, actor) { Annotations = update.Annotations };
        foreach (var subscriber in subscribers)
            subscriber.Tell(committed);
        if (update.HasNotice)
            _notices.Raise(Id);
    }

    private void FollowTree(AccountUpdate update)
    {
        foreach (var row in update.Mailboxes.Values)
            _mailboxes[row.Id] = row;
        foreach (var mailbox in update.DeletedMailboxes)
        {
            _mailboxes.Remove(mailbox);
            _indexes.Remove(mailbox);
        }

        foreach (var (name, subscribed) in update.Subscriptions)
            _ = subscribed ? _subscriptions.Add(name) : _subscriptions.Remove(name);
        _tree = null;
        _treesOfPersons.Clear();
    }

    private void FollowPlacements(AccountUpdate update)
    {
        foreach (var (mailbox, effect, placements) in update.Placements)
        {
            if (!_indexes.TryGetValue(mailbox, out var index))
                continue;
            foreach (var placement in placements)
                if (effect == PlacementEffect.Added)
                    index.Add(placement);
                else if (effect == PlacementEffect.Replaced)
                    index.Replace(placement);
                else
                    index.Remove(placement.Uid);
        }

        foreach (var row in update.Mailboxes.Values)
            if (_indexes.TryGetValue(row.Id, out var index))
                index.SetFacts(row, _keywords);
    }

    private void FollowReadStates(AccountUpdate update)
    {
        if (update.SeenMode is not null)
            _readStates = update.ReadStates;
        else if (update.Readers.Count > 0 || update.SeenPages.Count > 0)
            _readStates!.Follow(update.Readers, update.SeenPages);
        foreach (var mailbox in update.DeletedMailboxes)
            _readStates?.Forget(mailbox);
    }

    /// <summary>On the writer, before any later unit is followed: up to the UIDNEXT that memory has all is claimed.</summary>
    private void FollowRecent(MailboxId mailbox, bool claimed)
    {
        lock (_lock)
            if (claimed && _mailboxes.TryGetValue(mailbox, out var row))
                _mailboxes[mailbox] = row with { FirstRecent = row.UidNext };
    }

    private MailboxTree MakeTree() => new(
        [
            .. _mailboxes.Values
                .OrderBy(row => row.Name.IsInbox ? 0 : 1)
                .ThenBy(row => row.Name.Value, StringComparer.Ordinal)
                .Select(row => new MailboxInfo(
                    row.Id, row.Name, row.SpecialUse, row.IsSelectable, row.UidValidity, row.UidNext, row.HighestModSeq,
                    row.Messages, row.Unseen, row.Deleted, row.Size)),
        ],
        new HashSet<string>(_subscriptions, StringComparer.Ordinal));

    private sealed class Subscription(AccountState state, Action<Committed> onChange) : IDisposable
    {
        public void Tell(Committed committed) => onChange(committed);

        public void Dispose()
        {
            lock (state._lock)
                state._subscribers = [.. state._subscribers.Where(other => other != this)];
        }
    }
}

/// <summary>What all open accounts of a process share.</summary>
internal sealed record AccountServices(IMailStore Store, IPeopleStore People, IndexBudget Budget, NoticeSignal Notices, DiskRoom Room, TimeProvider Time);
