using Casella.Core.Changes;
using Casella.Core.Mailboxes;
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
    private readonly IndexBudget _budget;
    private AccountRow _account;
    private KeywordList _keywords;
    private MailboxPolicy _policy;
    private (IReadOnlyDictionary<string, string>? Settings, MailboxPolicy Policy) _writersPolicy = (null, MailboxPolicy.Default);
    private ReadStates? _readStates;
    private MailboxTree? _tree;
    private readonly Dictionary<PersonId, MailboxTree> _treesOfPersons = [];
    private Subscription[] _subscribers = [];

    private AccountState(IMailReader reader, IMailStore store, IndexBudget budget, TimeProvider time)
    {
        (_account, Store, _budget, Time) = (reader.Account, store, budget, time);
        _mailboxes = reader.Mailboxes().ToDictionary(row => row.Id);
        _subscriptions = [.. reader.Subscriptions()];
        _keywords = new KeywordList(reader.Keywords());
        _policy = PolicyTable.Read(reader.Settings());
        _readStates = _policy.Seen == SeenMode.Personal ? ReadStates.Load(reader) : null;
    }

    public AccountId Id => _account.Id;
    public IMailStore Store { get; }
    public TimeProvider Time { get; }

    /// <summary>Read on the writer, so that no commit falls between the reading and the following.</summary>
    public static Task<AccountState> LoadAsync(
        AccountId account, IMailStore store, IndexBudget budget, TimeProvider time, CancellationToken cancellationToken) =>
        store.WriteAsync(account, transaction => new AccountState(transaction, store, budget, time), null, cancellationToken);

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
                return new QuotaStatus(_account.UsedBytes, _account.QuotaLimit, _account.UsedMessages);
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

    public MailboxTree Tree
    {
        get
        {
            lock (_lock)
                return _tree ??= MakeTree();
        }
    }

    /// <summary>The tree as a person sees it: with its own count of unseen messages where \Seen is personal.</summary>
    public MailboxTree TreeFor(PersonId? person)
    {
        lock (_lock)
        {
            var tree = _tree ??= MakeTree();
            if (_readStates is not { } states || person is not { } reader)
                return tree;
            if (_treesOfPersons.TryGetValue(reader, out var known))
                return known;
            return _treesOfPersons[reader] = tree with
            {
                Mailboxes = [.. tree.Mailboxes.Select(info => info with { Unseen = info.Messages - states.Of(info.Id, reader).Count })],
            };
        }
    }

    /// <summary>
    /// Runs a unit of the account's rules; returns after it is durable, memory has followed and subscribers have been
    /// told.
    /// </summary>
    public async Task<T> WriteAsync<T>(Actor actor, Func<UnitOfWork, T> work, CancellationToken cancellationToken)
    {
        var (result, _) = await Store.WriteAsync(
            Id,
            transaction =>
            {
                var unit = new UnitOfWork(transaction, actor, Time.GetUtcNow(), PolicyOf(transaction));
                var outcome = work(unit);
                return (outcome, unit.Finish());
            },
            done => Follow(done.Item2),
            cancellationToken);
        return result;
    }

    /// <summary>The mailbox's picture; loads it at first use.</summary>
    /// <param name="person">Whose \Seen is in it where it is personal; null for the common one.</param>
    /// <exception cref="MailException">NoSuchMailbox, MailboxNotSelectable.</exception>
    public async ValueTask<MailboxSnapshot> GetSnapshotAsync(MailboxId mailbox, PersonId? person, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_indexes.TryGetValue(mailbox, out var index))
                return Use(index, person);
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
                    snapshot = Use(_indexes[mailbox], person);
                }
            },
            cancellationToken);
        return snapshot!;
    }

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

    private MailboxSnapshot Use(MailboxIndex index, PersonId? person)
    {
        var snapshot = index.Snapshot();
        _budget.Touch(this, snapshot.Mailbox);
        return _readStates is { } states && person is { } reader ? snapshot.For(states.Of(snapshot.Mailbox, reader)) : snapshot;
    }

    /// <summary>
    /// Read from the transaction, not from memory: units of one commit follow each other before memory follows them.
    /// Only on the writer, which has the settings at hand; they are turned into a policy again only when they change.
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
    private void Follow(AccountUpdate update)
    {
        if (update.ModSeq is not { } modSeq)
            return;
        Subscription[] subscribers;
        lock (_lock)
        {
            _account = update.Account!;
            _policy = update.Policy ?? _policy;
            if (update.NewKeywords.Count > 0)
                _keywords = new KeywordList([.. _keywords.Names, .. update.NewKeywords]);
            FollowTree(update);
            FollowPlacements(update);
            FollowReadStates(update);
            subscribers = _subscribers;
        }

        var mailboxes = update.Placements.Select(change => change.Mailbox).Concat(update.DeletedMailboxes).Distinct().ToList();
        var committed = new Committed(modSeq, mailboxes, update.TreeChanged);
        foreach (var subscriber in subscribers)
            subscriber.Tell(committed);
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
        foreach (var (mailbox, effect, placement) in update.Placements)
        {
            if (!_indexes.TryGetValue(mailbox, out var index))
                continue;
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
        if (update.ReadStatesReplaced)
            _readStates = update.ReadStates;
        if (update.Seen.Count > 0)
            _readStates!.Follow(update.Seen);
        foreach (var mailbox in update.DeletedMailboxes)
            _readStates?.Forget(mailbox);
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
