using Casella.Core.Directory;
using Casella.Formats.Addresses;
using Casella.Formats.Setup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Setup;

/// <summary>
/// Where programs of the PACC draft ask for their settings: on the host ua-auto-config.DOMAIN, over HTTPS only. The record
/// that vouches for the answer is among those that the office is shown for the domain.
/// </summary>
internal static class PaccEndpoint
{
    private const string Prefix = PaccDocument.Host + ".";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(PaccDocument.Path, AnswerAsync).AllowAnonymous();

    private static async Task<IResult> AnswerAsync(HttpContext http, MailDirectory directory, WebSite site)
    {
        var host = http.Request.Host.Host;
        return host.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && DomainName.TryCanonicalize(host[Prefix.Length..], out var domain)
            && await directory.HasDomainAsync(domain, http.RequestAborted)
            && PaccDocument.Write(domain, site.Clients(), HelpPage.Path, site.HttpsPort()) is { } document
                ? Results.Bytes(document, "application/json")
                : Results.NotFound();
    }
}
