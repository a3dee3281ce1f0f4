using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Casella.Web.Http;

/// <summary>Serves the <see cref="AssetCatalog"/>.</summary>
internal static class AssetEndpoints
{
    private const string ForEver = "public, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/a/{version}/{name}", ServeAsync).AllowAnonymous();
        // Browsers ask for it unasked; it has no content to keep for ever under this name.
        endpoints.MapGet("/favicon.ico", (HttpContext http, AssetCatalog assets) => Results.Redirect(assets["icon.svg"])).AllowAnonymous();
    }

    private static async Task ServeAsync(string version, string name, HttpContext http, AssetCatalog assets)
    {
        var response = http.Response;
        if (assets.Find(version, name) is not { } asset)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var isCompressed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        var body = isCompressed ? asset.Brotli : asset.Content;
        response.ContentType = asset.ContentType;
        response.Headers.CacheControl = ForEver;
        response.Headers.Vary = "Accept-Encoding";
        if (isCompressed)
            response.Headers.ContentEncoding = "br";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }
}
