using System.Net;
using Casella.Web.Setup;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Casella.Web.Http;

/// <summary>
/// What every answer says to the browser before anything else: nothing of a page comes from elsewhere, nothing is run
/// that is not one of our files, nobody frames us. And what is asked before anything is answered: is it HTTPS, and does
/// it come from one of our own pages.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, WebSite site, ILogger<SecurityHeaders> logger)
{
    /// <summary>No unsafe-inline, no unsafe-eval: a script in a subject or a name stays text whatever becomes of it.</summary>
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; "
        + "manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not "no-referrer": with it browsers say of our own forms that they come from nowhere.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        headers["X-DNS-Prefetch-Control"] = "off";
        if (http.Request.IsHttps && site.HasPublicCertificate)
            headers.StrictTransportSecurity = "max-age=31536000";
        if (!http.Request.IsHttps && !IsOfThisMachine(http) && !MayBeClear(http.Request)
            && site.AddressOf($"{http.Request.Path}{http.Request.QueryString}") is { } address)
        {
            http.Response.Redirect(address, permanent: true, preserveMethod: true);
            return Task.CompletedTask;
        }

        if (!IsOwnOrigin(http))
        {
            Log.ForeignOrigin(logger, LoggedPath.Of(http.Request.Path), http.Request.Headers.Origin.ToString());
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(http);
    }

    /// <summary>Somebody who tries the server on the machine it runs on; nothing goes over a network.</summary>
    private static bool IsOfThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && http.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local);

    /// <summary>
    /// Where programs ask for their settings under a name of the domain, for which nobody has a certificate. They are no
    /// secret, and a program that gets no answer here has no other way.
    /// </summary>
    private static bool MayBeClear(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && (request.Path.Equals(AutoconfigEndpoints.Path, StringComparison.OrdinalIgnoreCase)
            || request.Path.Equals(AutoconfigEndpoints.WellKnownPath, StringComparison.OrdinalIgnoreCase)
            || request.Path.Equals(AutodiscoverEndpoints.Path, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// What changes something, and what opens the page's own connection, comes from a page of ours. Cookies are SameSite
    /// already; this holds without them.
    /// </summary>
    private static bool IsOwnOrigin(HttpContext http)
    {
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (isRead && !http.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase))
            return true;
        var origin = http.Request.Headers.Origin.ToString();
        return origin.Length == 0
            || string.Equals(origin, $"{http.Request.Scheme}://{http.Request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
