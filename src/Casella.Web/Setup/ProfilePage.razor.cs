using Casella.Core.Directory;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Setup;

/// <summary>Offers the profile of a ticket; looking at it does not use it up.</summary>
public sealed partial class ProfilePage
{
    private DeviceInfo? _device;

    [Inject] private Visit Visit { get; set; } = null!;
    [Inject] private ProfileTickets Tickets { get; set; } = null!;
    [CascadingParameter] private HttpContext? Http { get; set; }

    [Parameter] public string Token { get; set; } = "";

    private Words Words => Visit.Words;

    protected override void OnInitialized()
    {
        _device = Tickets.Look(Token)?.Device.Device;
        if (_device is null && Http is not null)
            Http.Response.StatusCode = StatusCodes.Status410Gone;
    }
}
