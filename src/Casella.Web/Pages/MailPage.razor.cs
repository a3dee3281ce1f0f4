using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Push;
using Casella.Core.Work;
using Casella.Web.Desk;
using Casella.Web.Http;
using Casella.Web.Parts;
using Casella.Web.Push;
using Casella.Web.Writing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace Casella.Web.Pages;

/// <summary>
/// The mail page. What happens on rows and keys comes through here from webmail.js, which has painted it already; the
/// answer is what is so.
/// </summary>
public sealed partial class MailPage
{
    private DotNetObjectReference<MailPage>? _self;
    private Drawing _drawing = new(0);
    private bool _isEntered;
    private Task? _greeting;
    private bool _isHidden;
    private Looking? _looking;
    private CancellationTokenSource? _search;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private IJSRuntime Script { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private ComposeDesk Compose { get; set; } = null!;
    [Inject] private FolderActs Folders { get; set; } = null!;
    [Inject] private Onlookers Onlookers { get; set; } = null!;

    /// <summary>
    /// Everything is there before the page is drawn for the first time: a live page takes the place of the one that was
    /// made for the browser at once, and nothing flickers.
    /// </summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        if (!_isEntered)
        {
            _isEntered = true;
            if (await Visit.EnterAsync(States) is not { } visitor)
            {
                Navigation.NavigateTo(SessionAuthentication.SignInPath, forceLoad: true);
                return;
            }

            Desk.Ended += OnEnded;
            _looking = RendererInfo.IsInteractive ? new Looking(Onlookers, visitor) : null;
            _greeting = RendererInfo.IsInteractive ? GreetAsync() : null;
            await Desk.StartAsync(visitor, Visit, RendererInfo.IsInteractive ? work => InvokeAsync(work) : null);
        }

        // The page has no parameters, and those that were given may be read before the first wait only.
        await base.SetParametersAsync(ParameterView.Empty);
    }

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender && _greeting is { } greeting ? greeting : Task.CompletedTask;

    /// <summary>
    /// Tells the script whom to ask, before anything is drawn: with the first drawing, which says by data-ready that the
    /// page is live, it can begin. After it would be another round trip.
    /// </summary>
    private async Task GreetAsync()
    {
        _self = DotNetObjectReference.Create(this);
        Desk.IsNarrow = await Script.InvokeAsync<bool>("casella.start", Desk.Closing, _self);
    }

    // ---- what the script tells

    /// <summary>The page has become narrow or wide.</summary>
    [JSInvokable]
    public void Narrow(bool isNarrow) => Desk.IsNarrow = isNarrow;

    /// <summary>The window went behind others, or came back before them.</summary>
    [JSInvokable]
    public void Hide(bool isHidden)
    {
        _isHidden = isHidden;
        _looking?.At(isHidden ? null : Desk.Box?.Account.Id);
    }

    /// <summary>The list has been scrolled to where no rows are.</summary>
    [JSInvokable]
    public async Task Show(int middle)
    {
        if (Desk.List is { } list)
            await list.ShowAsync(middle, Desk.Closing);
        Desk.Tell();
        await TryAsync(async () =>
        {
            if (Desk.List is { } shown && await shown.FindSnippetsAsync(Desk.Closing))
                Desk.Tell();
        });
    }

    [JSInvokable]
    public Task OpenRow(string key) => MailKey.Parse(key) is { } row ? TryAsync(() => Desk.OpenAsync(row)) : Task.CompletedTask;

    [JSInvokable]
    public void CloseMail() => Desk.CloseMail();

    /// <summary>Ctrl and Shift on a row, or its tick.</summary>
    [JSInvokable]
    public void Tick(string key, bool isRange)
    {
        if (MailKey.Parse(key) is not { } row || Desk.List is not { } list)
            return;
        if (isRange)
            Desk.Selection.ExtendTo(row, list.Rows);
        else
            Desk.Selection.Toggle(row);
        Desk.Tell();
    }

    /// <summary>Something is done to one row, to those that are ticked, or to the open message.</summary>
    [JSInvokable]
    public Task Act(string what, string? key) => TryAsync(() => ActAsync(what, key));

    /// <summary>A folder was dragged onto another, or beside all (null).</summary>
    [JSInvokable]
    public Task MoveFolder(long folder, long? target) => TryAsync(async () =>
    {
        if (Desk.Box is { } box && box.Tree.Find(new MailboxId(folder)) is { } moved && FolderActs.IsOwn(moved))
            await Folders.PutIntoAsync(moved, target is { } id ? box.Tree.Find(new MailboxId(id)) : null);
    });

    /// <summary>The next or previous message: with one open it is opened, else the cursor moves.</summary>
    [JSInvokable]
    public Task Step(int by) => TryAsync(async () =>
    {
        if (Desk.List is not { Rows: { Count: > 0 } rows } list)
            return;
        var at = Desk.Selection.Cursor is { } cursor ? rows.IndexOf(cursor) : -1;
        var next = Math.Clamp(at < 0 ? 0 : at + by, 0, rows.Count - 1);
        // Who presses on before it is there goes on from here.
        Desk.Selection.MoveTo(rows.KeyAt(next));
        await EnsureVisibleAsync(list, next);
        await Desk.OpenAsync(rows.KeyAt(next));
    });

    /// <summary>What is typed into the search box, as it is typed.</summary>
    [JSInvokable]
    public async Task Search(string text)
    {
        if (Desk.List is not { Folder: { } folder } list)
            return;
        if (_search is { } earlier)
            await earlier.CancelAsync();
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(Desk.Closing);
        _search = mine;
        try
        {
            var isShown = string.IsNullOrWhiteSpace(text)
                ? await list.OpenFolderAsync(folder, list.Filter, mine.Token)
                : await list.SearchAsync(text, mine.Token);
            if (!isShown)
                return;
            Desk.Selection.Clear();
            Desk.Tell();
            if (await list.FindSnippetsAsync(mine.Token))
                Desk.Tell();
        }
        catch (OperationCanceledException)
        {
            // Somebody types on.
        }
        catch (MailException failure)
        {
            Desk.Notices.Fail(Desk.Box!, failure);
        }
        finally
        {
            if (ReferenceEquals(_search, mine))
                _search = null;
        }
    }

    /// <summary>A composer is closed.</summary>
    [JSInvokable]
    public void ComposerClosed(string id) => Compose.Close(id);

    /// <summary>What was written in it is sent.</summary>
    /// <param name="sending">By which it can be called back; null when it has left.</param>
    /// <param name="at">When it is to leave, if its writer has chosen that.</param>
    [JSInvokable]
    public void ComposerSent(string id, string? sending, DateTimeOffset? at)
    {
        Compose.Close(id);
        if (Desk.Box is { } box)
            Desk.Notices.Add(new Notice(-1, box, Told(sending, at), [], IsError: false) { Sending = sending });
    }

    /// <summary>A mail was called back: its draft is gone on with.</summary>
    [JSInvokable]
    public Task Continue(long account, string key, bool wantsReport) => TryAsync(async () =>
    {
        // Another mailbox may be open by now.
        if (Desk.Boxes.FirstOrDefault(box => box.Account.Id.Value == account) is { } box && MailKey.Parse(key) is { } draft && await OpenMail.LoadAsync(box, draft, Desk.Closing) is { } open)
            await Compose.ContinueAsync(box, open, wantsReport);
    });

    /// <summary>A mail could not be called back any more.</summary>
    [JSInvokable]
    public void NotCalledBack(bool isTaken)
    {
        if (Desk.Box is { } box)
            Desk.Notices.Say(box, Words[isTaken ? "HeldTaken" : "HeldGone"], []);
    }

    protected override void Dispose(bool isDisposing)
    {
        Desk.Ended -= OnEnded;
        _self?.Dispose();
        _looking?.Dispose();
        base.Dispose(isDisposing);
    }

    protected override void Draw()
    {
        _drawing = new Drawing(_drawing.Number + 1);
        _looking?.At(_isHidden ? null : Desk.Box?.Account.Id);
        base.Draw();
    }

    private string Told(string? sending, DateTimeOffset? at) => at is { } time ? Words["DoneSendingAt", Words.LongTime(time, Visit.Zone)]
        : Words[sending is null ? "DoneSent" : "DoneSending"];

    private async Task ActAsync(string what, string? key)
    {
        if (Desk.Box is not { } box)
            return;
        var keys = KeysFor(key);
        switch (what)
        {
            case "new":
                await Compose.NewAsync(box);
                return;
            case "reply" or "reply-all" when Desk.Open is { } open:
                await Compose.ReplyAsync(box, open, toAll: what is "reply-all");
                return;
            case "forward" when Desk.Open is { } open:
                await Compose.ForwardAsync(box, open);
                return;
            case "continue" when Desk.Open is { } open:
                await Compose.ContinueAsync(box, open);
                return;
            case "template-use" when Desk.Open is { } open:
                await Compose.FromTemplateAsync(box, open);
                return;
            case "template-edit" when Desk.Open is { } open:
                await Compose.TemplateAsync(box, open);
                return;
            case "template-new":
                await Compose.TemplateAsync(box, null);
                return;
            case "work-new":
                await Acts.WorkAsync(keys, WorkStep.New);
                return;
            case "work-progress":
                await Acts.WorkAsync(keys, WorkStep.InProgress);
                return;
            case "work-done":
                await Acts.WorkAsync(keys, WorkStep.Done);
                return;
            case "star":
                await Acts.StarAsync(keys, !AllHave(keys, MessageFlags.Flagged));
                return;
            case "read":
                await Acts.MarkReadAsync(keys, isRead: true);
                return;
            case "unread":
                // Who marks the open message as unread does not want it to be read again at once.
                if (Desk.Open is { } read && (keys.Contains(read.Key) || keys.Contains(read.Row)))
                    Desk.CloseMail();
                await Acts.MarkReadAsync(keys, isRead: false);
                return;
            case "archive":
                await LeavingAsync(keys, () => Acts.ArchiveAsync(keys));
                return;
            case "delete":
                await LeavingAsync(keys, () => Acts.DeleteAsync(keys));
                return;
            case "spam" or "not-spam":
                await LeavingAsync(keys, () => Acts.SpamAsync(keys, what is "spam"));
                return;
            case "all" when Desk.List is { } list:
                Desk.Selection.All(list.Rows);
                Desk.Tell();
                return;
            case "none":
                Desk.Selection.Clear();
                Desk.Tell();
                return;
            case ['m', 'o', 'v', 'e', ':', .. var target] when long.TryParse(target, System.Globalization.CultureInfo.InvariantCulture, out var folder):
                await LeavingAsync(keys, () => Acts.MoveAsync(keys, new MailboxId(folder)));
                return;
        }
    }

    /// <summary>When the open message goes away, the one below it is opened; on a telephone the list comes back.</summary>
    private async Task LeavingAsync(IReadOnlyCollection<MailKey> keys, Func<Task> act)
    {
        var isOpen = Desk.Open is { } open && (keys.Contains(open.Key) || keys.Contains(open.Row));
        var at = isOpen && Desk.List is { } list ? list.Rows.IndexOf(Desk.Open!.Row) : -1;
        var wishes = Desk.Wishes;
        await act();
        if (!isOpen || Desk.Wishes != wishes || Desk.List is not { } now)
            return;
        if (Desk.IsNarrow || at < 0 || now.Rows.Count == 0)
            Desk.CloseMail();
        else
            await Desk.OpenAsync(now.Rows.KeyAt(Math.Min(at, now.Rows.Count - 1)));
    }

    private IReadOnlyCollection<MailKey> KeysFor(string? key)
    {
        IReadOnlyCollection<MailKey> rows = MailKey.Parse(key) is { } row ? [row]
            : Desk.Selection.Count > 0 ? Desk.Selection.Ticked
            : Desk.Open is { } open ? [open.Row]
            : Desk.Selection.Cursor is { } cursor ? [cursor] : [];
        return Desk.List is { } list ? [.. rows.SelectMany(list.Rows.Members).Distinct()] : [.. rows];
    }

    private bool AllHave(IReadOnlyCollection<MailKey> keys, MessageFlags flag) =>
        Desk.List is { } list && keys.All(key => list.Rows.IndexOf(key) is >= 0 and var at && list.Rows[at].Placement.Flags.Has(flag));

    private async Task EnsureVisibleAsync(MailList list, int index)
    {
        if (index < list.First || index >= list.First + list.Window.Count)
            await list.ShowAsync(index, Desk.Closing);
    }

    private void OnEnded(SessionEnd? why) =>
        // A reload brings the new rights; who may no longer come in finds the door with the reason.
        Navigation.NavigateTo(
            why is SessionEnd.RightsChanged ? "/" : $"{SessionAuthentication.SignInPath}?why={(why is { } end ? Errors.Of(end) : "EndElsewhere")}",
            forceLoad: true);
}
