using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Imap.Commands;
using Casella.Imap.Commands.Fetching;
using Casella.Imap.Commands.Notifying;

namespace Casella.Imap.Session;

/// <summary>
/// What a session has asked for by NOTIFY (RFC 5465), and how far it has been told. As for the selected mailbox, what is
/// told follows from comparing two states of an account, never from a queue of events: a client that reads slowly costs
/// no memory, and hears what is the case when it reads again. From the change feed it only takes which mailboxes others
/// have touched since.
/// </summary>
internal sealed class Watch : IDisposable
{
    /// <summary>
    /// Responses about other mailboxes, or new messages to fetch, that are told at one time. A client that is further
    /// behind does better to look for itself, and is told so (RFC 5465 §5.8).
    /// </summary>
    public const int MostAtOnce = 1_000;

    /// <summary>Accounts that one session holds open. Nobody works in so many.</summary>
    private const int MostAccounts = 50;

    private readonly IReadOnlyList<EventGroup> _groups;
    private readonly EventGroup? _selected;
    private readonly List<WatchedAccount> _accounts;
    private WatchedAccount? _elsewhere;

    private Watch(ImapSession session, IReadOnlyList<EventGroup> groups)
    {
        _groups = groups;
        _selected = groups.FirstOrDefault(group => group.Filter.IsSelected);
        Home = new WatchedAccount(session.Services.Shared, session.Account, prefix: "", groups);
        _accounts = [Home];
    }

    /// <summary>The account that was signed in to.</summary>
    public WatchedAccount Home { get; }

    /// <summary>All that are watched: one's own, and those beside it that a group may mean.</summary>
    public IReadOnlyList<WatchedAccount> Accounts => _accounts;

    /// <summary>Raised by each commit of somebody else.</summary>
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

    /// <summary>RFC 5465 §5.6, §5.7: nobody need have said ENABLE METADATA.</summary>
    public bool TellsAnnotations => TellsServerAnnotations || Tells(NotifyEvents.MailboxMetadataChange);

    public bool TellsServerAnnotations => Tells(NotifyEvents.ServerMetadataChange);

    /// <param name="groups">Empty for a client that wants to hear of nothing: NOTIFY NONE.</param>
    /// <returns>Null when the groups mean mailboxes of too many accounts.</returns>
    public static async ValueTask<Watch?> BeginAsync(
        ImapSession session, IReadOnlyList<EventGroup> groups, CancellationToken cancellationToken)
    {
        var watch = new Watch(session, groups);
        if (groups.Count == 0)
            return watch;
        if (groups.Any(group => group.Filter.MayMeanOthers))
            watch.Add(session, await session.Services.Shared.OpenAllAsync(session.Account, cancellationToken));
        if (watch._accounts.Count > MostAccounts)
            return null;
        try
        {
            foreach (var account in watch._accounts)
                await watch.BeginAsync(account, cancellationToken);
        }
        catch
        {
            watch.Dispose();
            throw;
        }
        watch.Follow(session);
        return watch;
    }

    /// <summary>The account if it is watched, or if the selected mailbox is in it.</summary>
    public WatchedAccount? Find(AccountId account) =>
        _elsewhere?.Account.Id == account ? _elsewhere : _accounts.Find(watched => watched.Account.Id == account);

    /// <summary>Tells of the mailboxes that are not selected.</summary>
    public async ValueTask TellAsync(ImapSession session, CancellationToken cancellationToken)
    {
        foreach (var account in _accounts)
        {
            await TellAsync(session, account, cancellationToken);
            if (session.Watch != this)
                return;
        }
    }

    /// <summary>RFC 5465 §5.8: as if NOTIFY NONE had been said.</summary>
    public static void Overflow(ImapSession session)
    {
        session.Writer.Raw("* OK [NOTIFICATIONOVERFLOW] "u8)
            .Utf8Text(session.Words.Of("Too much has changed; look for yourself")).Crlf();
        session.SetWatch(new Watch(session, []));
    }

    /// <summary>Hears of the selected mailbox too when it is in an account that is not watched.</summary>
    public void Follow(ImapSession session)
    {
        _elsewhere?.Dispose();
        _elsewhere = null;
        if (_groups.Count == 0 || session.Selected is not { } view || Find(view.Account.Id) is not null)
            return;
        _elsewhere = new WatchedAccount(session.Services.Shared, view.Account, SharedNames.Prefix, []);
        _elsewhere.Follow(Signal);
    }

    public void Dispose()
    {
        foreach (var account in _accounts)
            account.Dispose();
        _elsewhere?.Dispose();
    }

    private bool Tells(NotifyEvents some) => _groups.Any(group => group.Has(some));

    private async ValueTask BeginAsync(WatchedAccount account, CancellationToken cancellationToken)
    {
        account.Follow(Signal);
        if (!account.IsHome && Tells(NotifyEvents.MailboxMetadataChange))
            account.FollowAnnotations(Signal);
        // Followed first, looked second: a commit in between is noted, or in this state, or both.
        await account.LookAsync(cancellationToken);
    }

    private void Add(ImapSession session, IReadOnlyList<MailAccount> others)
    {
        foreach (var account in others)
            if (SharedNames.PrefixOf(account.Address) is { } prefix && _groups.Any(group => group.Filter.MayMeanBelow(prefix)))
                _accounts.Add(new WatchedAccount(session.Services.Shared, account, prefix, _groups));
    }

    private async ValueTask TellAsync(ImapSession session, WatchedAccount account, CancellationToken cancellationToken)
    {
        var (touched, treeChanged) = account.Take();
        if (touched.Count > 0 || treeChanged)
        {
            var before = await account.LookAsync(cancellationToken);
            var names = treeChanged ? NameChanges.Between(before, account) : [];
            if (names.Count + touched.Count > MostAtOnce)
            {
                Overflow(session);
                return;
            }

            await TellNamesAsync(session, names, cancellationToken);
            foreach (var id in touched)
                if (!session.HasSelected(account.Account, id) && account.Told.Find(id) is { IsSelectable: true } mailbox)
                    await TellStatusAsync(session, account, (before.Find(id), mailbox), cancellationToken);
        }

        if (account.Annotations is { HasNews: true } annotations)
            session.Tell(
                annotations, account.Told, account.Prefix,
                mailbox => mailbox is not null && account.EventsOf(mailbox).HasFlag(NotifyEvents.MailboxMetadataChange));
    }

    private async ValueTask TellNamesAsync(
        ImapSession session, IReadOnlyList<NameChange> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return;
        var listed = await session.ListedNamesAsync(withOthers: _accounts.Count > 1, cancellationToken);
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
    /// <param name="states">Before is null for a mailbox that is new.</param>
    private static async ValueTask TellStatusAsync(
        ImapSession session, WatchedAccount account, (MailboxInfo? Before, MailboxInfo Now) states,
        CancellationToken cancellationToken)
    {
        var (before, now) = states;
        var events = account.EventsOf(now);
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
        await Status.TellAsync(session, account.PlaceOf(now), items, cancellationToken);
        await session.Writer.FlushIfLargeAsync(cancellationToken);
    }
}
