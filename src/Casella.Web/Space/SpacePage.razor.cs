using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Quota.Space;
using Casella.Formats.Mime;
using Casella.Web.Desk;
using Casella.Web.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Space;

/// <summary>The quota coach: what takes the space of a mailbox, by a click on what is large, and how to make room.</summary>
public sealed partial class SpacePage : IDisposable
{
    private static readonly int[] Ages = [0, 7, 30, 90];

    private readonly CancellationTokenSource _closing = new();
    private readonly List<Box> _boxes = [];
    private readonly HashSet<LargeMessage> _ticked = [];
    private readonly string _watch = Guid.NewGuid().ToString("N");
    private Box? _box;
    private SpaceReport? _report;
    private SpaceFilter _filter = SpaceFilter.All;
    private IReadOnlyList<DuplicateMessages>? _duplicates;
    private int _age = 30;
    private int? _fullInDays;
    private IReadOnlyList<ModSeq> _undo = [];
    private string? _said;
    private bool _isError;
    private bool _isRead;
    private bool _isBusy;
    private ExportProgress? _export;
    private IDisposable? _watching;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private MailAccounts Accounts { get; set; } = null!;
    [Inject] private MessageStaging Staging { get; set; } = null!;
    [Inject] private ExportWatch Exports { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "box")] private long? AskedBox { get; set; }

    private Words Words => Visit.Words;

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is not { } visitor)
        {
            Navigation.NavigateTo(SessionAuthentication.SignInPath, forceLoad: true);
            return;
        }

        foreach (var who in visitor.Mailboxes)
            _boxes.Add(new Box(await Accounts.OpenAsync(who, _closing.Token), who));
        _isRead = true;
        if (RendererInfo.IsInteractive)
            _watching = Exports.Follow(visitor.Session, _watch, progress => _ = InvokeAsync(() => Show(progress)));
        // Looked through once, by the page that stays open.
        if (RendererInfo.IsInteractive && (_boxes.FirstOrDefault(box => box.Account.Id.Value == AskedBox) ?? _boxes.FirstOrDefault()) is { } first)
            await ChooseAsync(first);
    }

    public void Dispose()
    {
        _watching?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    private void Show(ExportProgress progress)
    {
        _export = progress;
        StateHasChanged();
    }

    private string ExportWords(ExportProgress export) => export switch
    {
        { IsOver: true, IsWhole: true } => Words.Count("SpaceExported", export.Messages, export.Messages.ToString("N0", Words.Culture)),
        { IsOver: true } => Words["SpaceExportBroken"],
        _ => Words.Count("SpaceExporting", export.Messages, Words.Size(export.Size), Words.Size(export.Total), export.Messages.ToString("N0", Words.Culture)),
    };

    private async Task ChooseAsync(Box box)
    {
        _export = null;
        (_box, _filter, _duplicates, _said, _undo) = (box, SpaceFilter.All, null, null, []);
        await LookAsync();
    }

    private Task FilterAsync(SpaceFilter filter)
    {
        _filter = filter;
        return LookAsync();
    }

    private async Task LookAsync()
    {
        await _box!.RefreshAsync(_closing.Token);
        _ticked.Clear();
        _report = await _box.Account.Space.ReportAsync(_filter, _closing.Token);
        _fullInDays = await _box.Account.Care.ForecastAsync(_closing.Token);
    }

    private void Tick(LargeMessage one)
    {
        if (!_ticked.Remove(one))
            _ticked.Add(one);
    }

    private Task EmptyAsync(SpecialUse use) => MakeRoomAsync(async box =>
    {
        var expired = await box.Account.Space.ExpiredAsync(use, _age, _closing.Token);
        var undo = box.Tree.Find(use) is { } folder ? await box.Account.Space.RemoveAsync(folder.Id, [.. expired.Select(one => one.Uid)], _closing.Token) : [];
        return (expired.Count, undo);
    });

    private Task FindDuplicatesAsync() => SayAsync(async box =>
    {
        _duplicates = await box.Account.Space.DuplicatesAsync(_closing.Token);
        _said = null;
    });

    private Task RemoveDuplicatesAsync() => MakeRoomAsync(async box =>
    {
        var (count, undo) = (0, new List<ModSeq>());
        foreach (var folder in _duplicates!.GroupBy(one => one.Folder))
        {
            var uids = folder.SelectMany(one => one.Surplus).Select(one => one.Uid).ToList();
            undo.InsertRange(0, await box.Account.Space.RemoveAsync(folder.Key, uids, _closing.Token));
            count += uids.Count;
        }

        _duplicates = null;
        return (count, undo);
    });

    private Task DeleteTickedAsync() => MakeRoomAsync(async box =>
    {
        var undo = new List<ModSeq>();
        foreach (var folder in _ticked.GroupBy(one => one.Place.Mailbox))
            undo.InsertRange(0, await box.Account.Space.RemoveAsync(folder.Key, [.. folder.Select(one => one.Place.Placement.Uid)], _closing.Token));
        return (_ticked.Count, undo);
    });

    private Task StripTickedAsync() => MakeRoomAsync(async box =>
    {
        var (count, undo) = (0, new List<ModSeq>());
        foreach (var one in _ticked.Where(one => one.Attachments > 0))
            if (await box.Account.Space.StripAsync(one.Place.Mailbox, one.Place.Placement.Uid, Instead, Staging, _closing.Token) is { } change)
            {
                undo.Insert(0, change);
                count++;
            }

        return (count, undo);
    });

    /// <summary>What stays of an attachment: its name, its size, and when it was taken away.</summary>
    private string Instead(AttachedPart attachment) => Words[
        "SpaceInstead", attachment.Name ?? Words["SpaceUnnamed"], Words.Size(attachment.Size), Visit.Now.ToString("d MMMM yyyy", Words.Culture)];

    private Task UndoAsync() => SayAsync(async box =>
    {
        var (actor, restored) = (box.Account.Actor, 0);
        foreach (var change in _undo)
            restored += (await box.Account.UndoAsync(
                new Core.Changes.UndoRequest { Change = change, Person = actor.Person, Device = actor.Person is null ? actor.Device : null }, _closing.Token)).Restored;
        (_undo, _said, _isError) = ([], Words.Count("Undone", restored), false);
        await LookAsync();
    });

    private Task MakeRoomAsync(Func<Box, Task<(int Count, IReadOnlyList<ModSeq> Undo)>> act) => SayAsync(async box =>
    {
        var before = box.Quota.Used;
        var (count, undo) = await act(box);
        await LookAsync();
        var until = TimeZoneInfo.ConvertTime(box.Account.Space.UndoableUntil, Visit.Zone).ToString("d MMMM", Words.Culture);
        (_undo, _isError) = (undo, false);
        _said = count == 0 ? Words["SpaceNothing"] : Words.Count("SpaceMade", count, Words.Size(Math.Max(0, before - box.Quota.Used)), until);
    });

    private async Task SayAsync(Func<Box, Task> act)
    {
        if (_box is not { } box || _isBusy)
            return;
        _isBusy = true;
        try
        {
            await act(box);
        }
        catch (MailException failure)
        {
            (_said, _isError, _undo) = (Words.Of(failure), true, []);
        }
        finally
        {
            _isBusy = false;
        }
    }
}
