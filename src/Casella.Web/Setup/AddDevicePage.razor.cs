using System.Net;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Directory;
using Casella.Formats.Setup;
using Casella.Web.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Setup;

/// <summary>
/// Makes a device for the person who is signed in, shows how it is set up, and waits with them until it works or what is
/// wrong is clear. Its password is shown here and nowhere again.
/// </summary>
public sealed partial class AddDevicePage : IDisposable
{
    /// <summary>After which somebody who has typed everything would like to hear something.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _closing = new();
    private IReadOnlyList<string> _boxes = [];
    private IReadOnlyList<DeviceKind> _kinds = [];
    private DeviceKind _kind = DeviceKind.All[0];
    private DeviceProgress _progress = new(AccessProtocol.Imap);
    private IDisposable? _watch;
    private IDisposable? _following;
    private AddedDevice? _added;
    private string _address = "";
    private string _name = "";
    private string? _token;
    private string? _said;
    private bool _mayAdd;
    private bool _isNamed;
    private bool _isBusy;
    private bool _isLate;
    private ElementReference _head;
    private bool _isNew;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private Devices Devices { get; set; } = null!;
    [Inject] private WebSessions Sessions { get; set; } = null!;
    [Inject] private ProfileTickets Tickets { get; set; } = null!;
    [Inject] private WebSite Site { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>As old links of the office may name it.</summary>
    [SupplyParameterFromQuery(Name = "mailbox")] private string? Wanted { get; set; }

    private Words Words => Visit.Words;
    private string SenderName => Visit.Visitor?.Person?.Name ?? _address;

    protected override async Task OnInitializedAsync()
    {
        if (await Visit.EnterAsync(States) is not { } visitor)
        {
            Navigation.NavigateTo(SessionAuthentication.SignInPath, forceLoad: true);
            return;
        }

        // Who came in with a device's password has that one, and makes no others with it.
        _mayAdd = visitor is { Person: not null, Device: null, Mailboxes.Count: > 0 };
        if (!_mayAdd)
            return;
        if (RendererInfo.IsInteractive)
            _following = Sessions.Follow(visitor.Session, () => _ = InvokeAsync(() => Navigation.NavigateTo("/", forceLoad: true)));
        _boxes = [.. visitor.Mailboxes.Select(box => box.Address.ToString())];
        _address = _boxes.FirstOrDefault(box => string.Equals(box, Wanted, StringComparison.OrdinalIgnoreCase)) ?? _boxes[0];
        var settings = Site.Clients();
        _kinds = [.. DeviceKind.All.Where(kind => settings.Find(Receiving(kind)) is not null)];
        var likely = DeviceKind.Likely(visitor.Browser);
        if (_kinds.Count > 0)
            Choose(_kinds.Contains(likely) ? likely : _kinds[0]);
        else
            _mayAdd = false;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isNew)
            return;
        // Whoever has filled in a form is at its end; what is new begins at the top.
        _isNew = false;
        await _head.FocusAsync();
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _following?.Dispose();
        if (_token is { } token && _progress.IsDone)
            Tickets.Void(token);
        _closing.Cancel();
        _closing.Dispose();
    }

    private static ClientProtocol Receiving(DeviceKind kind) => kind.IsPop ? ClientProtocol.Pop3 : ClientProtocol.Imap;

    private void Choose(DeviceKind kind)
    {
        _kind = kind;
        if (!_isNamed)
            _name = Words[$"KindDevice{kind.Name}", Visit.Visitor?.Person?.Name];
    }

    private void Named(ChangeEventArgs change)
    {
        _name = change.Value as string ?? "";
        _isNamed = true;
    }

    private async Task AddAsync()
    {
        if (_isBusy || _added is not null)
            return;
        _isBusy = true;
        try
        {
            await MakeAsync();
        }
        catch (MailException failure)
        {
            _said = Words.Of(failure);
        }
        catch (DirectoryRuleException)
        {
            _said = Words["DeviceNotAdded"];
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task MakeAsync()
    {
        var visitor = Visit.Visitor!;
        var others = await Devices.ListAsync(_address, _closing.Token);
        if (others.Any(device => !device.IsRevoked && string.Equals(device.Name, _name.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            _said = Words["DeviceNameTaken", _name.Trim()];
            return;
        }

        // Rights and membership are asked again behind this door.
        var added = await Devices.AddAsync(new DeviceToAdd(_address, visitor.Person!.Login, _name, _kind.Protocols), _closing.Token);
        _progress = new DeviceProgress(_kind.IsPop ? AccessProtocol.Pop3 : AccessProtocol.Imap);
        _watch = await Devices.WatchAsync(added.Device, await NearAsync(visitor), trial => _ = InvokeAsync(() => See(trial)), _closing.Token);
        _token = _kind.HasProfile && Site.HttpsPort() is not null ? Tickets.Issue(new ProfileTicket(added, SenderName)) : null;
        (_added, _said, _isNew) = (added, null, true);
        _ = WaitAsync();
    }

    private void See(SignInTrial trial)
    {
        _progress.See(trial);
        StateHasChanged();
    }

    private async Task WaitAsync()
    {
        try
        {
            await Task.Delay(Patience, Time, _closing.Token);
            await InvokeAsync(() =>
            {
                _isLate = true;
                StateHasChanged();
            });
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    /// <summary>From where this browser is seen.</summary>
    private async Task<IPAddress> NearAsync(WebVisitor visitor)
    {
        var session = (await Sessions.ListAsync(visitor, _closing.Token)).FirstOrDefault(session => session.Id == visitor.Session);
        return IPAddress.TryParse(session?.Address, out var address) ? address : IPAddress.None;
    }
}
