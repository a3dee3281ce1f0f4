using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Web.Desk;

/// <summary>
/// What one open page works on: the visitor's mailboxes, the folder, the list, the open message. Follows the change feed
/// of all of them, so that what anybody does anywhere shows here. One for each page; everything in it runs on the
/// page's own thread of events.
/// </summary>
internal sealed class MailDesk(MailAccounts accounts, Authenticator authenticator, WebSessions sessions, WebOptions options, TimeProvider time)
    : IAsyncDisposable
{
    /// <summary>Changes that come together are shown together: a program that marks 500 messages is one picture.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(40);

    private readonly CancellationTokenSource _closing = new();
    private readonly List<IDisposable> _subscriptions = [];
    private readonly SemaphoreSlim _refreshing = new(1);
    private Func<Func<Task>, Task>? _onPage;
    private TimeZoneInfo _zone = time.LocalTimeZone;
    private int _refreshIsDue;
    private int _refreshes;

#pragma warning disable MA0046 // pages listen, which have one desk: who tells them says nothing

    /// <summary>Something that is shown has changed.</summary>
    public event Action? Changed;

    /// <summary>The session is over, for this reason; null when it was signed out from another browser.</summary>
    public event Action<SessionEnd?>? Ended;

#pragma warning restore MA0046

    public WebOptions Options => options;
    public TimeProvider Time => time;
    public CancellationToken Closing => _closing.Token;
    public IReadOnlyList<Box> Boxes { get; private set; } = [];
    public Box? Box { get; private set; }
    public MailList? List { get; private set; }
    public OpenMail? Open { get; private set; }

    /// <summary>
    /// Counts what the visitor wants to have in the pane: another message, or none. What is read for an earlier wish is
    /// not shown any more.
    /// </summary>
    public int Wishes { get; private set; }

    public Selection Selection { get; } = new();
    public Notices Notices { get; private set; } = null!;

    /// <summary>The folder whose sheet is open: name, place, what can be done.</summary>
    public MailboxInfo? FolderSheet { get; private set; }

    /// <summary>The attachment that is shown in the page.</summary>
    public Reading.Documents.AttachedDocument? Document { get; private set; }

    /// <summary>The page is as narrow as a telephone: one pane at a time.</summary>
    public bool IsNarrow { get; set; }

    /// <summary>Opens the visitor's mailboxes.</summary>
    /// <param name="onPage">Runs something on the page's own thread of events; null while a page is only being made.</param>
    public async Task StartAsync(WebVisitor visitor, Visit visit, Func<Func<Task>, Task>? onPage)
    {
        _onPage = onPage;
        _zone = visit.Zone;
        Notices = new Notices(this, visit.Words);
        var boxes = new List<Box>();
        foreach (var who in visitor.Mailboxes)
            if (await TryOpenAsync(who) is { } box)
                boxes.Add(box);
        Boxes = boxes;
        if (onPage is not null)
            Follow(visitor);
        if (boxes.Count > 0)
            await ChooseBoxAsync(boxes[0]);
    }

    public async Task ChooseBoxAsync(Box box)
    {
        var list = new MailList(box, options, () => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), _zone).DateTime)) { View = await ViewChoice.ReadAsync(box.Account, Closing) };
        (Box, List, FolderSheet) = (box, list, null);
        PutAway();
        if (box.Tree.Find(MailboxName.Inbox) is { } inbox)
            await list.OpenFolderAsync(inbox, ListFilter.All, Closing);
        Tell();
    }

    public async Task ChooseFolderAsync(MailboxId folder, ListFilter filter)
    {
        if (List is null || Box?.Tree.Find(folder) is not { IsSelectable: true } info)
            return;
        PutAway();
        await List.OpenFolderAsync(info, filter, Closing);
        Tell();
    }

    /// <summary>Opens a message and, where it was unread, marks it as read once it is shown.</summary>
    public async Task OpenAsync(MailKey key)
    {
        if (Box is not { } box)
            return;
        var wish = ++Wishes;
        var conversation = await ConversationAsync(box, key);
        await OpenAsync(wish, box, conversation?.First ?? key, conversation);
    }

    /// <summary>Another message of the conversation that is open.</summary>
    public Task OpenMemberAsync(MailKey key) => Box is { } box ? OpenAsync(++Wishes, box, key, Open?.Conversation) : Task.CompletedTask;

    /// <summary>The sheet of a folder; null closes it.</summary>
    public void ShowFolder(MailboxInfo? folder)
    {
        FolderSheet = folder;
        Tell();
    }

    /// <summary>An attachment of the open message as a page; null closes it.</summary>
    public async Task ShowDocumentAsync(int? attachment)
    {
        var open = Open;
        var document = attachment is { } index && open is not null ? await Reading.Documents.AttachedDocuments.OpenAsync(open.Mail, index, Closing) : null;
        if (Open?.Key != open?.Key)
            return;
        Document = document;
        Tell();
    }

    /// <summary>How rows are shown: for this person, in this mailbox, until they choose again.</summary>
    public async Task ChooseViewAsync(ViewChoice view)
    {
        if (Box is not { } box || List is not { Folder: { } folder } list)
            return;
        await view.WriteAsync(box.Account, Closing);
        var isOnlyLower = view with { IsCompact = list.View.IsCompact } == list.View;
        list.View = view;
        if (!isOnlyLower)
        {
            PutAway();
            await list.OpenFolderAsync(folder, list.Filter, Closing);
        }

        Tell();
    }

    private async Task<OpenConversation?> ConversationAsync(Box box, MailKey row) =>
        List?.Rows is ConversationRows rows && rows.IndexOf(row) is >= 0 and var at && rows.ThreadAt(at) is { } thread
            ? await OpenConversation.LoadAsync(box, thread, row, Closing)
            : null;

    private async Task OpenAsync(int wish, Box box, MailKey key, OpenConversation? conversation)
    {
        var refreshes = _refreshes;
        if (await OpenMail.LoadAsync(box, key, Closing) is not { } mail)
        {
            await RefreshAsync();
            return;
        }

        if (wish != Wishes)
            return;
        (Open, Document) = (mail with { Conversation = conversation }, null);
        Selection.MoveTo(Open.Row);
        Tell();
        // What others did while it was read.
        if (refreshes != _refreshes)
            await RefreshAsync();
        if (!mail.Placement.Flags.Has(MessageFlags.Seen) && (box.MayWork || box.Account.Policy.Seen is Core.Policies.SeenMode.Person))
            await box.Account.StoreFlagsAsync(key.Mailbox, [key.Uid], FlagOperation.Add, new FlagNames(MessageFlags.Seen, []), null, Closing);
    }

    public void CloseMail()
    {
        Wishes++;
        Open = null;
        Tell();
    }

    /// <summary>Another way of looking at the open message; nothing once the visitor has gone on to another.</summary>
    public async Task LookAsync(Func<OpenMail, Task<OpenMail>> how)
    {
        var wish = Wishes;
        await ChangeOpenAsync(async open => wish == Wishes ? await how(open) : open);
        Tell();
    }

    public void Tell() => Changed?.Invoke();

    /// <summary>
    /// Everything that is shown, as it is now; once at a time, so that what was read earlier is not shown later.
    /// </summary>
    public async Task RefreshAsync()
    {
        await _refreshing.WaitAsync(Closing);
        try
        {
            Interlocked.Exchange(ref _refreshIsDue, 0);
            _refreshes++;
            foreach (var box in Boxes)
                await box.RefreshAsync(Closing);
            if (Box is { } shown && List is { } list)
                await RefreshAsync(shown, list);
        }
        finally
        {
            _refreshing.Release();
        }

        Tell();
    }

    private async Task RefreshAsync(Box box, MailList list)
    {
        await list.RefreshAsync(Closing);
        await ChangeOpenAsync(open => RefreshedAsync(open, box, list.Rows is ConversationRows));
        if (FolderSheet is { } sheet)
            FolderSheet = box.Tree.Find(sheet.Id);
        Selection.Keep(list.Rows);
    }

    /// <summary>Goes on from the message that is open; when another has come there meanwhile, from that.</summary>
    private async Task ChangeOpenAsync(Func<OpenMail, Task<OpenMail?>> next)
    {
        while (Open is { } open)
        {
            var changed = await next(open);
            if (!ReferenceEquals(Open, open))
                continue;
            Open = changed;
            return;
        }
    }

    private void PutAway()
    {
        Wishes++;
        Open = null;
        Selection.Clear();
    }

    private async Task<OpenMail?> RefreshedAsync(OpenMail open, Box box, bool withConversation)
    {
        var now = await open.RefreshedAsync(box, Closing);
        return withConversation && now?.Mail.Facts is { } facts
            ? now with { Conversation = await OpenConversation.LoadAsync(box, facts.Thread, now.Row, Closing) }
            : now;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
        await _closing.CancelAsync();
        _closing.Dispose();
    }

    private async Task<Box?> TryOpenAsync(SignedIn who)
    {
        try
        {
            var box = new Box(await accounts.OpenAsync(who, Closing), who);
            await box.RefreshAsync(Closing);
            return box;
        }
        catch (MailException gone) when (gone.Error is MailError.NoSuchAddress or MailError.NoPermission)
        {
            // Removed since the memberships were read; the session's end tells why.
            return null;
        }
    }

    private void Follow(WebVisitor visitor)
    {
        foreach (var box in Boxes)
        {
            _subscriptions.Add(box.Account.Subscribe(OnCommit));
            _subscriptions.Add(authenticator.Enter(box.Who, System.Net.IPAddress.Loopback, why => Post(() => End(why))));
        }

        _subscriptions.Add(sessions.Follow(visitor.Session, () => Post(() => End(null))));
    }

    private Task End(SessionEnd? why)
    {
        Ended?.Invoke(why);
        return Task.CompletedTask;
    }

    /// <summary>On the account's writer: only makes a note.</summary>
    private void OnCommit(Committed committed)
    {
        if (Interlocked.Exchange(ref _refreshIsDue, 1) == 0)
            _ = RefreshSoonAsync();
    }

    private async Task RefreshSoonAsync()
    {
        try
        {
            await Task.Delay(Gathering, time, Closing);
            Post(RefreshAsync);
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // The page was closed in between.
        }
    }

    /// <summary>For what comes by a clock.</summary>
    public Task OnPageAsync(Action work) => _onPage is null ? Task.CompletedTask : _onPage(() => { work(); return Task.CompletedTask; });

    private void Post(Func<Task> work) => _ = PostAsync(work);

    private async Task PostAsync(Func<Task> work)
    {
        try
        {
            await _onPage!(work);
        }
        catch (MailException failure) when (Box is { } box)
        {
            Notices.Fail(box, failure);
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // The page was closed in between.
        }
    }
}
