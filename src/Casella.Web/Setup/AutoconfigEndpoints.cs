using Casella.Core.Directory;
using Casella.Formats.Addresses;
using Casella.Formats.Setup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Setup;

/// <summary>
/// Where Thunderbird and its like ask for their settings: on the host autoconfig.DOMAIN, and under /.well-known of any.
/// </summary>
internal static class AutoconfigEndpoints
{
    public const string Path = "/mail/config-v1.1.xml";
    public const string WellKnownPath = "/.well-known/autoconfig/mail/config-v1.1.xml";

    private const string Prefix = "autoconfig.";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, AnswerAsync).AllowAnonymous();
        endpoints.MapGet(WellKnownPath, AnswerAsync).AllowAnonymous();
    }

    private static async Task<IResult> AnswerAsync(string? emailaddress, HttpContext http, MailDirectory directory, WebSite site)
    {
        if (await DomainAsync(emailaddress, http.Request.Host.Host, directory, http.RequestAborted) is not { } domain)
            return Results.NotFound();
        var document = new AutoconfigDocument(site.Clients(), site.AddressOf("/"), [.. Help(site)]);
        return Results.Bytes(document.Write(domain), "text/xml; charset=utf-8");
    }

    private static IEnumerable<HelpLink> Help(WebSite site) => site.AddressOf(HelpPage.Path) is { } page
        ? new[] { Words.Italian, Words.English }.Select(words => new HelpLink(page, words.Tag, words["HelpTitle"]))
        : [];

    /// <summary>
    /// Of the address where the program tells it (a domain may be served under the name of another), else of the host
    /// that was asked. Null for domains that are not ours.
    /// </summary>
    private static async Task<string?> DomainAsync(string? address, string host, MailDirectory directory, CancellationToken cancellationToken)
    {
        var typed = address is { Length: > 0 }
            ? address[(address.LastIndexOf('@') + 1)..]
            : host.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? host[Prefix.Length..] : host;
        return DomainName.TryCanonicalize(typed, out var domain) && await directory.HasDomainAsync(domain, cancellationToken) ? domain : null;
    }
}
