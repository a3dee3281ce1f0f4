using Casella.Net.Acme;
using Microsoft.AspNetCore.Http;

namespace Casella.Server.Hosting;

/// <summary>
/// What a certificate authority reads of this server under /.well-known. What programs and other servers read there (their
/// settings, the policy of MTA-STS) is the web room's.
/// </summary>
internal static class WellKnownPages
{
    // Before all else: an authority reads it on port 80 and from wherever it likes.
    public static void Map(WebApplication app) => app.Use(AnswerAuthorityAsync);

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
}
