using System.Net.Mime;
using Casella.Core.Directory;
using Casella.Core.Policies;
using Casella.Formats.Addresses;
using Casella.Formats.Setup;
using Casella.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Setup;

/// <summary>
/// Profiles for iPhone, iPad and Mac: for a ticket with the password of its device, once; for any address of ours without
/// one, which tells nobody whether the address exists.
/// </summary>
internal static class ProfileEndpoints
{
    public const string OpenPath = "/setup/profile.mobileconfig";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // A form, no link: what previews pages or is asked again by its address never uses a ticket up.
        endpoints.MapPost("/setup/{token}/profile", Take).AllowAnonymous().DisableAntiforgery();
        endpoints.MapGet(OpenPath, OpenAsync).AllowAnonymous();
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
