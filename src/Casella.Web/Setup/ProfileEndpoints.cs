using System.Net.Mime;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Formats.Addresses;
using Casella.Formats.Setup;
using Casella.Web.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Setup;

/// <summary>
/// Profiles for iPhone, iPad and Mac: with the password of a new device for a ticket, once, or for who is signed in on that
/// device and asks; for any address of ours without one, which tells nobody whether the address exists.
/// </summary>
internal static class ProfileEndpoints
{
    public const string OpenPath = "/setup/profile.mobileconfig";

    /// <summary>Where the form for a new device goes while no script has taken it over, or never will.</summary>
    public const string AskPath = "/devices/profile";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // A form, no link: what previews pages or is asked again by its address never uses a ticket up.
        endpoints.MapPost("/setup/{token}/profile", Take).AllowAnonymous().DisableAntiforgery();
        endpoints.MapGet(OpenPath, OpenAsync).AllowAnonymous();
        endpoints.MapPost(AskPath, AskAsync).RequireAuthorization().DisableAntiforgery();
    }

    /// <summary>The page that offers a ticket's profile.</summary>
    public static string TicketPath(string token) => $"/setup/{token}";

    /// <summary>Where its form goes.</summary>
    public static string TakePath(string token) => $"/setup/{token}/profile";

    private static IResult Take(string token, HttpContext http, ProfileTickets tickets, ProfileSigner signer, WebSite site)
    {
        if (!AppleProfile.CanDescribe(site.Clients()) || tickets.Take(token) is not { Device: { Device: var device, Password: var password } } ticket)
            return Results.LocalRedirect(TicketPath(token));
        var language = PageLanguage.Of(http.Request, device.Person);
        return Profile(http, new AppleMailbox(device.Account, ticket.SenderName, device.Id.Value, password), language, signer, site);
    }

    /// <summary>
    /// Makes the device and answers with its profile. Without a script nobody can wait for other kinds of devices, and
    /// their form is shown again.
    /// </summary>
    private static async Task<IResult> AskAsync(HttpContext http, Devices devices, IAntiforgery forms, ProfileSigner signer, WebSite site)
    {
        if (await TypedForm.ReadAsync(http) is not { } form)
            return TypedForm.Refusal(http);
        if (!await forms.IsRequestValidAsync(http))
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        var (mailbox, name) = (form["mailbox"].ToString(), form["name"].ToString());
        var again = Results.LocalRedirect($"/devices/new?mailbox={Uri.EscapeDataString(mailbox)}");
        // Who came in with a device's password has that one, and makes no others with it.
        if (VisitorIdentity.Of(http.User) is not { Person: { } person, Device: null } || !AppleProfile.CanDescribe(site.Clients())
            || DeviceKind.All.FirstOrDefault(kind => string.Equals(kind.Name, form["kind"].ToString(), StringComparison.Ordinal)) is not { HasProfile: true } kind)
            return again;
        try
        {
            // Rights and membership are asked behind this door.
            var added = await devices.AddAsync(new DeviceToAdd(mailbox, person.Login, name, kind.Protocols), http.RequestAborted);
            var device = added.Device;
            return Profile(http, new AppleMailbox(device.Account, person.Name, device.Id.Value, added.Password), PageLanguage.Of(http.Request, device.Person), signer, site);
        }
        catch (Exception refused) when (refused is MailException or DirectoryRuleException)
        {
            return again;
        }
    }

    private static async Task<IResult> OpenAsync(string? address, HttpContext http, MailDirectory directory, ProfileSigner signer, WebSite site)
    {
        if (!EmailAddress.TryParse(address?.Trim(), out var mailbox) || !AppleProfile.CanDescribe(site.Clients())
            || !await directory.HasDomainAsync(mailbox.Domain, http.RequestAborted))
            return Results.NotFound();
        return Profile(http, new AppleMailbox(mailbox, mailbox.ToString(), Device: null, Password: null), PageLanguage.Of(http.Request, null), signer, site);
    }

    private static IResult Profile(HttpContext http, AppleMailbox mailbox, Language language, ProfileSigner signer, WebSite site)
    {
        var words = Words.Of(language);
        var texts = new AppleProfileTexts(words["ProfileTitle", mailbox.Address], words["ProfileDescription", site.HostName]);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = new ContentDisposition
        {
            DispositionType = DispositionTypeNames.Attachment,
            FileName = $"{FileName(mailbox.Address)}.mobileconfig",
        }.ToString();
        return Results.Bytes(signer.Sign(new AppleProfile(site.Clients(), texts).Write(mailbox)), AppleProfile.ContentType);
    }

    private static string FileName(EmailAddress address) =>
        string.Concat(address.ToString().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-'));
}
