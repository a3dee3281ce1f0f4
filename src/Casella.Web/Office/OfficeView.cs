using System.Net;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Office;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Casella.Web.Office;

/// <summary>
/// What every page of the office has: the door as who is signed in, what may be offered, and one place that says how an
/// act ended. Who has no role sees a page that is not there.
/// </summary>
public abstract class OfficeView : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private IDisposable? _following;

    [Inject] private AuthenticationStateProvider States { get; set; } = null!;
    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private WebSessions Sessions { get; set; } = null!;
    [Inject] private OfficeDoors Doors { get; set; } = null!;
    [Inject] protected NavigationManager Navigation { get; set; } = null!;

    internal Words Words => Visit.Words;
    internal TimeZoneInfo Zone => Visit.Zone;
    internal DateTimeOffset Now => Visit.Now;

    /// <summary>What the caller may do somewhere; empty before the page knows them.</summary>
    public IReadOnlySet<OfficeAct> Rights { get; private set; } = new HashSet<OfficeAct>();

    /// <summary>False for who may not be here, or before it is known.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Nothing is drawn before.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>What became of the last act.</summary>
    public string? Said { get; private set; }

    public bool IsError { get; private set; }

    protected OfficeDoor Door { get; private set; } = null!;
    protected CancellationToken Closing => _closing.Token;

    /// <summary>The act that the page is for.</summary>
    protected abstract OfficeAct Purpose { get; }

    public bool May(OfficeAct act) => Rights.Contains(act);

    public void Dispose()
    {
        _following?.Dispose();
        _closing.Cancel();
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    protected sealed override async Task OnInitializedAsync()
    {
        var visitor = await Visit.EnterAsync(States);
        // Who came in with the password of a mailbox is nobody.
        if (visitor is not { Person: { } person, Device: null })
        {
            IsKnown = true;
            return;
        }

        Door = Doors.Open(new OfficeCaller(person, person.Name, OfficeWay.Page, await RemoteAsync(visitor)));
        Rights = await Door.RightsAsync(Closing);
        IsOpen = May(Purpose);
        if (IsOpen && RendererInfo.IsInteractive)
            _following = Sessions.Follow(visitor.Session, () => _ = InvokeAsync(() => Navigation.NavigateTo("/", forceLoad: true)));
        if (IsOpen && !await TryAsync(LoadAsync))
            IsOpen = Said is not null && !_isAbsent;
        IsKnown = true;
    }

    private bool _isAbsent;

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync();

    /// <summary>Does something, says how it ended, and reads the page anew.</summary>
    /// <param name="act">Returns what to say.</param>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> ActAsync(Func<Task<string>> act)
    {
        var isDone = await TryAsync(async () => (Said, IsError) = (await act(), false));
        if (isDone)
            await TryAsync(LoadAsync);
        return isDone;
    }

    protected void Say(string text, bool isError) => (Said, IsError) = (text, isError);

    protected async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (MailException failure)
        {
            _isAbsent = failure.Error is MailError.NoSuchAddress or MailError.NoSuchPerson or MailError.NoSuchDomain or MailError.NoPermission or MailError.InvalidAddress;
            (Said, IsError) = (OfficeErrors.Of(Words, failure), true);
        }
        catch (DirectoryRuleException broken)
        {
            (Said, IsError) = (OfficeErrors.Of(Words, broken), true);
        }

        return false;
    }

    /// <summary>From where this browser is seen, for the journal.</summary>
    private async Task<IPAddress?> RemoteAsync(WebVisitor visitor) =>
        (await Sessions.ListAsync(visitor, Closing)).FirstOrDefault(session => session.Id == visitor.Session) is { } session
            && IPAddress.TryParse(session.Address, out var address)
            ? address
            : null;
}
