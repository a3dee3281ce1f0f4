using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Imap.Commands;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Commands.Notifying;

namespace Casella.Imap.Session;

/// <summary>
/// What a session has asked for by NOTIFY (RFC 5465), and how far it has been told. As for the selected mailbox, what is
/// told follows from comparing two states of the account, never from a queue of events: a client that reads slowly
/// costs no memory, and hears what is the case when it reads again. From the change feed it only takes which mailboxes
/// others have touched since.
/// </summary>
internal sealed class Watch : IDisposable
{
    /// <summary>
    /// Responses about other mailboxes, or new messages to fetch, that are told at one time. A client that is further
    /// behind does better to look for itself, and is told so (RFC 5465 §5.8).
    /// </summary>
    public const int MostAtOnce = 1_000;

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<EventGroup> _groups;
    private readonly EventGroup? _selected;
    private IDisposable? _subscription;
    private IDisposable? _elsewhere;
    private HashSet<MailboxId> _touched = [];
    private bool _treeChanged;
    private List<ModSeq> _own = [];

    private Watch(IReadOnlyList<EventGroup> groups, MailboxTree told)
    {
        (_groups, Told) = (groups, told);
        _selected = groups.FirstOrDefault(group => group.Filter.IsSelected);
    }

    /// <summary>All changes up to this state have been told.</summary>
    public MailboxTree Told { get; private set; }

    /// <summary>Raised by each commit.</summary>
    public IdleSignal Signal { get; } = new();

    /// <summary>What of the selected mailbox is told, whatever other groups say of it (§3.1).</summary>
    public NotifyEvents OfSelected => _selected?.Events ?? NotifyEvents.None;

    /// <summary>What is fetched of new messages in the selected mailbox.</summary>
    public FetchItems? NewItems => _selected?.NewItems;

    /// <summary>
    /// SELECTED: expunges are told between commands too. SELECTED-DELAYED keeps them for a command that allows it
    /// (§6.1), so that the client can count on its sequence numbers.
    /// </summary>
    public Expunges BetweenCommands =>
        _selected?.Filter.Kind == FilterKind.Selected ? Expunges.Announced : Expunges.HeldBack;

    /// <param name="groups">Empty for a client that wants to hear of nothing: NOTIFY NONE.</param>
    public static async ValueTask<Watch> BeginAsync(
        ImapSession session, IReadOnlyList<EventGroup> groups, CancellationToken cancellationToken)
    {
        var watch = new Watch(groups, await session.Account.GetTreeAsync(cancellationToken));
        if (groups.Count == 0)
            return watch;
        watch.Follow(session);
        watch._subscription = session.Account.Subscribe(committed => watch.Note(committed, session.IsActor(committed.By)));
        // Subscribed first, looked second: a commit in between is noted, or in this tree, or both.
        watch.Told = await session.Account.GetTreeAsync(cancellationToken);
        return watch;
    }

    /// <summary>What all groups together want to hear of a mailbox that is not selected.</summary>
    public NotifyEvents EventsOf(MailboxInfo mailbox) => mailbox.IsSelectable
        ? EventsOf(mailbox.Name, Told.Subscriptions)
        : EventsOf(mailbox.Name, Told.Subscriptions) & ~NotifyEvents.OfMessages;

    public NotifyEvents EventsOf(MailboxName name, IReadOnlySet<string> subscriptions)
    {
        var events = NotifyEvents.None;
        foreach (var group in _groups)
            if (group.Filter.Covers(name, subscriptions))
                events |= group.Events;
        return events;
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

    /// <summary>Tells of the mailboxes that are not selected.</summary>
    public async ValueTask TellAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var (touched, treeChanged) = Take();
        if (touched.Count == 0 && !treeChanged)
            return;
        var before = Told;
        Told = await session.Account.GetTreeAsync(cancellationToken);
        var names = treeChanged ? NameChanges.Between(before, Told, this) : [];
        if (names.Count + touched.Count > MostAtOnce)
        {
            Overflow(session);
            return;
        }

        await TellNamesAsync(session, names, cancellationToken);
        foreach (var id in touched)
            if (!session.HasSelected(id) && Told.Find(id) is { IsSelectable: true } mailbox)
                await TellStatusAsync(session, before.Find(id), mailbox, cancellationToken);
    }

    /// <summary>RFC 5465 §5.8: as if NOTIFY NONE had been said.</summary>
    public void Overflow(ImapSession session)
    {
        session.Writer.Raw("* OK [NOTIFICATIONOVERFLOW] "u8)
            .Utf8Text(session.Words.Of("Too much has changed; look for yourself")).Crlf();
        session.SetWatch(new Watch([], Told));
    }

    /// <summary>
    /// Hears of the selected mailbox too when it is in an account beside one's own; the other mailboxes there are not
    /// watched.
    /// </summary>
    public void Follow(ImapSession session)
    {
        _elsewhere?.Dispose();
        _elsewhere = null;
        if (_groups.Count == 0 || session.Selected is not { } view || view.Account.Id == session.Account.Id)
            return;
        var mailbox = view.Mailbox;
        _elsewhere = view.Account.Subscribe(committed =>
        {
            if (committed.TreeChanged || committed.Mailboxes.Contains(mailbox))
                Signal.Raise(IdleWakes.Change);
        });
    }

    public void Dispose()
    {
        _subscription?.Dispose();
        _elsewhere?.Dispose();
    }

    /// <summary>On the account's writer: never blocks.</summary>
    private void Note(Committed committed, bool isOwn)
    {
        lock (_lock)
        {
            if (isOwn)
            {
                // §5: a client is not told of what it does itself. Ten thousand at a time are enough to remember.
                if (_own.Count < 10_000)
                    _own.Add(committed.ModSeq);
                return;
            }

            _touched.UnionWith(committed.Mailboxes);
            _treeChanged |= committed.TreeChanged;
        }

        Signal.Raise(IdleWakes.Change);
    }

    private (HashSet<MailboxId> Touched, bool TreeChanged) Take()
    {
        lock (_lock)
        {
            var taken = (_touched, _treeChanged);
            if (_touched.Count > 0)
                _touched = [];
            _treeChanged = false;
            return taken;
        }
    }

    private static async ValueTask TellNamesAsync(
        ImapSession session, IReadOnlyList<NameChange> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return;
        var listed = await session.ListedNamesAsync([], cancellationToken);
        var listing = new MailboxListing(listed, ListOptions.ReturnSubscribed | ListOptions.SelectSubscribed);
        foreach (var change in names)
        {
            listing.Of(change.Name).WriteTo(session.Writer, ListOptions.ReturnSubscribed, change.OldName);
            await session.Writer.FlushIfLargeAsync(cancellationToken);
        }
    }

    /// <summary>
    /// §5.1 to §5.3. A flag that has changed shows in HIGHESTMODSEQ, for clients that have CONDSTORE, and in UNSEEN for
    /// all.
    /// </summary>
    /// <param name="before">Null for a mailbox that is new.</param>
    private async ValueTask TellStatusAsync(
        ImapSession session, MailboxInfo? before, MailboxInfo now, CancellationToken cancellationToken)
    {
        var events = EventsOf(now);
        if ((events & NotifyEvents.OfMessages) == NotifyEvents.None || before?.HighestModSeq == now.HighestModSeq)
            return;
        var isCounted = before is null || before.UidNext != now.UidNext || before.Messages != now.Messages;
        var hasFlags = events.HasFlag(NotifyEvents.FlagChange);
        if (!isCounted && !(hasFlags && (session.Enabled.Condstore || before!.Unseen != now.Unseen)))
            return;
        var items = new List<StatusItem>();
        if (hasFlags)
            items.Add(StatusItem.UidValidity);
        if (isCounted)
            items.AddRange([StatusItem.UidNext, StatusItem.Messages]);
        if (hasFlags)
            items.Add(StatusItem.Unseen);
        if (session.Enabled.Condstore)
            items.Add(StatusItem.HighestModSeq);
        await Status.TellAsync(session, session.PlaceOf(now), items, cancellationToken);
        await session.Writer.FlushIfLargeAsync(cancellationToken);
    }
}
