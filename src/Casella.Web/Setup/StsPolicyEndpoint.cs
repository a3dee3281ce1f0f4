using Casella.Core.Directory;
using Casella.Formats.Addresses;
using Casella.Formats.SenderRecords;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Setup;

/// <summary>
/// Where other servers read that mail for our domains comes to this server, under TLS (RFC 8461 §3.3): on the host
/// mta-sts.DOMAIN, which <c>casella dns</c> leads here.
/// </summary>
internal static class StsPolicyEndpoint
{
    public const string Path = "/.well-known/mta-sts.txt";

    private const string Prefix = "mta-sts.";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, AnswerAsync).AllowAnonymous();

    private static async Task<IResult> AnswerAsync(HttpContext http, MailDirectory directory, WebSite site)
    {
        var host = http.Request.Host.Host;
        return host.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && DomainName.TryCanonicalize(host[Prefix.Length..], out var domain)
            && await directory.HasDomainAsync(domain, http.RequestAborted)
                ? Results.Text(StsPolicy.OfServer(site.Clients().HostName), "text/plain")
                : Results.NotFound();
    }
}
