using System.Collections.Concurrent;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Notices;
using Casella.Core.Policies;
using Casella.Core.Quota;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// All mailbox accounts of this process: opens the doors. One shared state per account, however many sessions use it;
/// the states that nobody has used for long are let go.
/// </summary>
public sealed class MailAccounts : IDisposable
{
    /// <summary>States kept although no session holds them: opening one again costs a few milliseconds.</summary>
    private const int KeptStates = 2_000;

    private readonly IMailStore _store;
    private readonly IDirectoryStore _directory;
    private readonly MessageOptions _options;
    private readonly TimeProvider _time;
    private readonly Searching.MessageIndexing _indexing;
    private readonly AccountServices _services;
    private readonly ConcurrentDictionary<AccountId, WeakReference<AccountState>> _states = new();
    private readonly Queue<AccountState> _kept = new();
    private readonly SemaphoreSlim _opening = new(1, 1);

    internal MailAccounts(
        StoresOfMail stores, Searching.MessageIndexing indexing, MessageOptions options, DiskRoom room, TimeProvider time)
    {
        (_store, _directory, _indexing, _options, Room, _time) = (stores.Mail, stores.Directory, indexing, options, room, time);
        _services = new AccountServices(stores.Mail, stores.People, new IndexBudget(options.IndexedMessages), Notices, room, time);
    }

    /// <summary>Whether the disk has room for new mail.</summary>
    internal DiskRoom Room { get; }

    /// <summary>Names the accounts that have something to tell their members.</summary>
    internal NoticeSignal Notices { get; } = new();

    /// <summary>Names the accounts in which members have done something that the spam filter may learn from.</summary>
    internal NoticeSignal Lessons { get; } = new();

    /// <summary>Names the accounts in which members have done something that a script is to run for.</summary>
    internal NoticeSignal Events { get; } = new();

    /// <summary>Names the accounts into which the server has put something.</summary>
    internal NoticeSignal Arrivals { get; } = new();

    /// <summary>The full-text indexes.</summary>
    public Searching.MessageIndexing Indexing => _indexing;

    /// <exception cref="MailException">NoPermission (may not read), NoSuchAddress, Unavailable.</exception>
    public async Task<MailAccount> OpenAsync(AccountId account, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Rights.HasFlag(MemberRights.Read))
            throw new MailException(MailError.NoPermission, $"{actor.Name} may not read");
        var entry = await _directory.FindAccountAsync(account, cancellationToken)
            ?? throw new MailException(MailError.NoSuchAddress, $"account {account.Value}");
        return new MailAccount(await StateAsync(account, cancellationToken), entry.Address, actor, _options);
    }

    /// <summary>
    /// Opens the door for who has signed in, with the rights that they have. The actor carries the rights, so the
    /// overload above, given the same actor, opens no wider.
    /// </summary>
    /// <exception cref="MailException">NoPermission (may not read), NoSuchAddress, Unavailable.</exception>
    public Task<MailAccount> OpenAsync(SignedIn signedIn, CancellationToken cancellationToken) =>
        OpenAsync(signedIn.Account, signedIn.Actor, cancellationToken);

    /// <summary>Opens the door for delivery, which has just looked the account up.</summary>
    /// <exception cref="MailException">NoSuchAddress, Unavailable.</exception>
    internal async ValueTask<MailAccount> OpenForDeliveryAsync(AccountEntry entry, CancellationToken cancellationToken) =>
        new(await StateAsync(entry.Id, cancellationToken), entry.Address, Actor.Server, _options);

    /// <summary>
    /// Opens the door for the Sent copy of somebody who may send for the account, whatever else he may do in it.
    /// </summary>
    /// <exception cref="MailException">NoSuchAddress, Unavailable.</exception>
    internal Task<MailAccount> OpenForSentAsync(AccountId account, Actor sender, CancellationToken cancellationToken) =>
        OpenAsync(account, sender with { Rights = MemberRights.Read | MemberRights.Work }, cancellationToken);

    /// <summary>
    /// Makes a new account's storage with its first mailboxes (INBOX, Sent, Drafts, Trash, SPAM, Archive: special use
    /// set, subscribed).
    /// </summary>
    /// <param name="quota">Bytes; null for no limit.</param>
    internal Task CreateAsync(AccountId account, long? quota, CancellationToken cancellationToken) => _store.CreateAsync(
        account,
        transaction =>
        {
            // Found half-made after a crash, it is made to the end; found whole, it is left as it is.
            if (transaction.Mailboxes().Count > 0)
                return;
            var unit = new UnitOfWork(transaction, Actor.Server, _time.GetUtcNow(), MailboxPolicy.Default);
            transaction.SetQuota(quota);
            TreeChanges.Provision(unit);
            _ = unit.Finish();
        },
        cancellationToken);

    /// <summary>
    /// Removes an account's storage for good and ends its open sessions' access. Nothing happens when it has none.
    /// </summary>
    internal async Task DeleteAsync(AccountId account, CancellationToken cancellationToken)
    {
        _states.TryRemove(account, out _);
        await _store.DeleteAsync(account, cancellationToken);
    }

    /// <summary>Lets go of what is known of an account in memory: its rows are about to change behind it.</summary>
    internal async Task RetireAsync(AccountId account, CancellationToken cancellationToken)
    {
        // With the gate: an account that is being opened is known afterwards.
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_states.TryRemove(account, out var known) && known.TryGetTarget(out var state))
                state.Retire();
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>
    /// Checks every row, counter, UID rule and body hash; calls back with each finding, in words for the technician.
    /// </summary>
    public Task VerifyAsync(AccountId account, Action<string> finding, CancellationToken cancellationToken) =>
        _store.VerifyAsync(account, finding, cancellationToken);

    /// <summary>
    /// The accounts with work that is over. Only open ones: what nobody opens shows its flags to nobody, and opening
    /// reads when its work ends.
    /// </summary>
    internal IReadOnlyList<AccountState> WithWorkDue(DateTimeOffset now)
    {
        var due = new List<AccountState>();
        foreach (var (_, known) in _states)
            if (known.TryGetTarget(out var state) && state.WorkEndsAt <= now)
                due.Add(state);
        return due;
    }

    /// <summary>Use and limit of an account without a session: RCPT's cheap check.</summary>
    internal async ValueTask<QuotaStatus> GetQuotaAsync(AccountId account, CancellationToken cancellationToken) =>
        (await StateAsync(account, cancellationToken)).Quota;

    public void Dispose() => _opening.Dispose();

    /// <summary>On the account's writer: only notes are made.</summary>
    private void Follow(AccountState state, Committed committed)
    {
        if (committed.Mailboxes.Count == 0)
            return;
        _indexing.Request(state.Id);
        if (committed.By.Protocol is AccessProtocol.Server)
        {
            Arrivals.Raise(state.Id);
            return;
        }

        Lessons.Raise(state.Id);
        if (state.Events is not null)
            Events.Raise(state.Id);
    }

    /// <summary>
    /// The account's one state. The weak reference keeps a state that some session still holds the only one, also after
    /// it left the queue of kept ones.
    /// </summary>
    private async ValueTask<AccountState> StateAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (_states.TryGetValue(account, out var known) && known.TryGetTarget(out var state))
            return state;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_states.TryGetValue(account, out known) && known.TryGetTarget(out state))
                return state;
            state = await AccountState.LoadAsync(account, _services, cancellationToken);
            // As long as the state lives it tells of its commits; the subscription goes with it.
            var opened = state;
            _ = state.Subscribe(committed => Follow(opened, committed));
            // What a process that was killed has left.
            if (state.Events is not null)
                Events.Raise(account);
            _states[account] = new WeakReference<AccountState>(state);
            _kept.Enqueue(state);
            if (_kept.Count > KeptStates)
                _kept.Dequeue();
            return state;
        }
        finally
        {
            _opening.Release();
        }
    }
}

/// <summary>Where accounts, the list of them and their members are kept.</summary>
internal sealed record StoresOfMail(IMailStore Mail, IDirectoryStore Directory, IPeopleStore People);
