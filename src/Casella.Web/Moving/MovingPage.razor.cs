using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Messages;
using Casella.Core.Migration;
using Casella.Web.Desk;
using Casella.Web.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Moving;

/// <summary>
/// A member brings the old mailbox over: says where it is, watches it come, reads what differs. The run is not the
/// page's: it goes on without it, and the page finds it again.
/// </summary>
public sealed partial class MovingPage : IDisposable
{
    /// <summary>A folder tells of itself many times a second.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _closing = new();
    private readonly List<Box> _boxes = [];
    private IDisposable? _following;
    private IDisposable? _watching;
    private Box? _box;
    private Core.Migration.Moving? _moving;
    private IReadOnlyList<MigrationStep> _folders = [];
    private string _server = "";
    private string _user = "";
    private string _password = "";
    private bool _hasPop3;
    private string? _said;
    private int _isDue;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private MailAccounts Accounts { get; set; } = null!;
    [Inject] private Movings Movings { get; set; } = null!;
    [Inject] private WebSessions Sessions { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;
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

        if (RendererInfo.IsInteractive)
            _following = Sessions.Follow(visitor.Session, () => _ = InvokeAsync(() => Navigation.NavigateTo("/", forceLoad: true)));
        foreach (var who in visitor.Mailboxes.Where(who => who.Rights.HasFlag(MemberRights.Manage | MemberRights.Work)))
            _boxes.Add(new Box(await Accounts.OpenAsync(who, _closing.Token), who));
        if ((_boxes.FirstOrDefault(box => box.Account.Id.Value == AskedBox) ?? _boxes.FirstOrDefault()) is { } first)
            Choose(first);
    }

    public void Dispose()
    {
        _watching?.Dispose();
        _following?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
    }

    private void Choose(Box box)
    {
        (_box, _said, _password) = (box, null, "");
        Watch(Movings.Last(box.Account.Id));
        if (_moving is { } last)
            (_server, _user, _hasPop3) = (last.Place.Server, last.Place.User, last.Place.HasPop3);
        else
            (_server, _user, _hasPop3) = ("", box.Address, false);
    }

    private void Start()
    {
        if (_box is not { } box)
            return;
        try
        {
            var moving = Movings.Start(box.Who, new OldPlace(_server.Trim(), _user.Trim(), _hasPop3), _password);
            _said = null;
            Watch(moving);
        }
        catch (MailException failure)
        {
            _said = Words.Of(failure);
        }

        _password = "";
    }

    private void Watch(Core.Migration.Moving? moving)
    {
        _watching?.Dispose();
        _moving = moving;
        _folders = moving?.Folders() ?? [];
        _watching = moving is not null && RendererInfo.IsInteractive ? moving.Follow(Show) : null;
    }

    private void Show()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0)
            _ = ShowSoonAsync();
    }

    private async Task ShowSoonAsync()
    {
        try
        {
            await Task.Delay(Beat, Time, _closing.Token);
            Interlocked.Exchange(ref _isDue, 0);
            await InvokeAsync(() =>
            {
                _folders = _moving?.Folders() ?? [];
                StateHasChanged();
            });
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone; the run is not.
            return;
        }
    }

    private string? Trouble(Core.Migration.Moving moving) => moving switch
    {
        { Trouble: { } trouble } => Words[moving.IsOver ? $"MovingProblem{trouble.Problem}" : "MovingPauses", moving.Place.Server],
        { Failure: { } failure } => Words.Of(failure),
        { State: MovingState.Failed } => Words["MovingBroke"],
        _ => null,
    };

    private string Summary(MigrationOutcome outcome) => string.Join(
        ' ',
        (string[])
        [
            Words.Count("MovingCame", outcome.Copied),
            .. outcome.Present > 0 ? [Words.Count("MovingPresent", outcome.Present)] : Array.Empty<string>(),
            outcome.IsFull ? Words["MovingFull"] : Words[outcome.Differences.Count == 0 ? "MovingWhole" : "MovingDiffers"],
        ]);
}
