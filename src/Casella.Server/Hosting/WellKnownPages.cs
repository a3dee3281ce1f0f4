using Casella.Core.Directory;
using Casella.Formats.Addresses;
using Casella.Net.Acme;
using Casella.Server.Administration;
using Microsoft.AspNetCore.Http;

namespace Casella.Server.Hosting;

/// <summary>
/// What other machines read of this server under /.well-known: the proofs for a certificate authority, and the policy of
/// MTA-STS. What programs read there about their settings is the web room's.
/// </summary>
internal static class WellKnownPages
{
    private const string StsPrefix = "mta-sts.";

    public static void Map(WebApplication app)
    {
        // Before all else: an authority reads it on port 80 and from wherever it likes.
        app.Use(AnswerAuthorityAsync);
        app.MapGet("/.well-known/mta-sts.txt", AnswerPolicyAsync);
    }

    // RFC 8555 §8.3.
    private static async Task AnswerAuthorityAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.Value is { } path && path.StartsWith(HttpProof.PathPrefix, StringComparison.Ordinal)
            && http.RequestServices.GetRequiredService<HttpProof>().Find(path[HttpProof.PathPrefix.Length..]) is { } text)
        {
            http.Response.ContentType = "application/octet-stream";
            await http.Response.WriteAsync(text, http.RequestAborted);
            return;
        }

        await next(http);
    }

    // RFC 8461 §3.3: by HTTPS, from the host of the domain that asks.
    private static async Task AnswerPolicyAsync(HttpContext http)
    {
        var host = http.Request.Host.Host;
        var directory = http.RequestServices.GetRequiredService<MailDirectory>();
        if (!http.Request.IsHttps || !host.StartsWith(StsPrefix, StringComparison.OrdinalIgnoreCase)
            || !DomainName.TryCanonicalize(host[StsPrefix.Length..], out var domain) || !await directory.HasDomainAsync(domain, http.RequestAborted))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var ports = http.RequestServices.GetRequiredService<OpenPorts>();
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(new DnsRecords(domain, ports.Clients(), ports.Https).StsPolicy, http.RequestAborted);
    }
}
