using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Imap.Commands.Notifying;

namespace Casella.Imap.Session;

/// <summary>What others have done in an account since it was last asked.</summary>
internal readonly record struct Touches(IReadOnlyCollection<MailboxId> Mailboxes, bool TreeChanged);

/// <summary>
/// One account that a <see cref="Watch"/> follows: the state of it that the client has been told, and what others have
/// touched since. Noted by the account's writer, taken by the session's loop.
/// </summary>
internal sealed class WatchedAccount : IDisposable
{
    /// <summary>Changes of one's own that are remembered until the client has been told of them.</summary>
    private const int MostOwn = 10_000;

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<EventGroup> _groups;
    private readonly SharedMailboxes _shared;
    private IDisposable? _subscription;
    private HashSet<MailboxId> _touched = [];
    private bool _treeChanged;
    private bool _mustReadSubscriptions = true;
    private List<ModSeq> _own = [];

    /// <param name="prefix">What stands before its names in this session: nothing in one's own.</param>
    /// <param name="groups">None for an account where only the selected mailbox is followed.</param>
    public WatchedAccount(SharedMailboxes shared, MailAccount account, string prefix, IReadOnlyList<EventGroup> groups) =>
        (_shared, Account, Prefix, _groups) = (shared, account, prefix, groups);

    public MailAccount Account { get; }

    public string Prefix { get; }

    /// <summary>The account that was signed in to.</summary>
    public bool IsHome => Prefix.Length == 0;

    /// <summary>All changes up to this state have been told; with the person's own subscriptions.</summary>
    public MailboxTree Told { get; private set; } = new([], new HashSet<string>(StringComparer.Ordinal));

    /// <summary>Others' changes of annotations here, of an account beside one's own.</summary>
    public AnnotationWatch? Annotations { get; private set; }

    public void Follow(IdleSignal signal) => _subscription = Account.Subscribe(committed =>
    {
        if (Note(committed))
            signal.Raise(IdleWakes.Change);
    });

    public void FollowAnnotations(IdleSignal signal) => Annotations = new AnnotationWatch(Account) { Signal = signal };

    /// <summary>From now on the present state counts as told.</summary>
    /// <returns>The state that was told before.</returns>
    public async ValueTask<MailboxTree> LookAsync(CancellationToken cancellationToken)
    {
        var before = Told;
        var tree = await Account.GetTreeAsync(cancellationToken);
        // What a person has subscribed in an account beside their own is in the directory, which nobody asks at each
        // message that comes.
        Told = IsHome ? tree : tree with
        {
            Subscriptions = MustReadSubscriptions() ? await _shared.SubscriptionsAsync(Account, cancellationToken) : before.Subscriptions,
        };
        return before;
    }

    /// <summary>The person subscribes or unsubscribes something here, which is no change of the account.</summary>
    public void ForgetSubscriptions()
    {
        lock (_lock)
            _mustReadSubscriptions = true;
    }

    /// <summary>What all groups together want to hear of a mailbox while it is not selected.</summary>
    public NotifyEvents EventsOf(MailboxInfo mailbox) => mailbox.IsSelectable
        ? EventsOf(mailbox.Name, Told.Subscriptions)
        : EventsOf(mailbox.Name, Told.Subscriptions) & ~NotifyEvents.OfMessages;

    public NotifyEvents EventsOf(MailboxName name, IReadOnlySet<string> subscriptions)
    {
        var seen = new SeenName(Prefix + name.Value, IsHome, subscriptions.Contains(name.Value));
        var events = NotifyEvents.None;
        foreach (var group in _groups)
            if (group.Filter.Covers(seen))
                events |= group.Events;
        return events;
    }

    public MailboxPlace PlaceOf(MailboxInfo mailbox) => new(Account, mailbox, Prefix + mailbox.Name.Value);

    /// <summary>What others have touched, once.</summary>
    public Touches Take()
    {
        lock (_lock)
        {
            var taken = new Touches(_touched, _treeChanged);
            if (_touched.Count > 0)
                _touched = [];
            _treeChanged = false;
            return taken;
        }
    }

    /// <summary>True for the ModSeq of a change that this session has made itself.</summary>
    public bool IsOwn(ModSeq modSeq)
    {
        lock (_lock)
            return _own.Contains(modSeq);
    }

    /// <summary>The session's own changes in the selected mailbox have been told.</summary>
    public void ForgetOwn()
    {
        lock (_lock)
            _own = [];
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        Annotations?.Dispose();
    }

    private bool MustReadSubscriptions()
    {
        lock (_lock)
        {
            var must = _mustReadSubscriptions;
            _mustReadSubscriptions = false;
            return must;
        }
    }

    /// <summary>On the account's writer: never blocks.</summary>
    /// <returns>False for what the session has done itself: a client is not told of that (RFC 5465 §5).</returns>
    private bool Note(Committed committed)
    {
        lock (_lock)
        {
            _mustReadSubscriptions |= committed.TreeChanged;
            if (committed.By.IsOfSession(Account.Actor))
            {
                if (_own.Count < MostOwn)
                    _own.Add(committed.ModSeq);
                return false;
            }

            _touched.UnionWith(committed.Mailboxes);
            _treeChanged |= committed.TreeChanged;
            return true;
        }
    }
}
