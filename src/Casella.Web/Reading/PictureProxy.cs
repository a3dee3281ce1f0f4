using System.Net;
using System.Net.Sockets;
using Casella.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Casella.Web.Reading;

/// <summary>
/// Fetches a picture that a reader has asked to see: the sender learns that somebody looked, and not who, from where or
/// with what. Only addresses that we have signed ourselves, only public places, only what is a picture by its bytes.
/// </summary>
internal sealed class PictureProxy : IDisposable
{
    public const string Path = "/picture/";

    private const int MaxOctets = 10 * 1024 * 1024;
    private const int MaxRedirects = 4;
    private const int MaxUrl = 4_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AddressLife = TimeSpan.FromDays(2);

    private readonly ITimeLimitedDataProtector _protector;
    private readonly HttpClient _client;
    private readonly ILogger<PictureProxy> _logger;

    public PictureProxy(IDataProtectionProvider protection, ILogger<PictureProxy> logger)
    {
        _protector = protection.CreateProtector("picture").ToTimeLimitedDataProtector();
        _logger = logger;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = 4,
            ConnectTimeout = Patience,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            // Every redirect comes through here again.
            ConnectCallback = PublicConnection.OpenAsync,
        })
        { Timeout = Patience, MaxResponseContentBufferSize = MaxOctets };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0");
        _client.DefaultRequestHeaders.Accept.ParseAdd("image/*");
    }

    public static void Map(IEndpointRouteBuilder endpoints) =>
        // The frame has no cookies: the signature in the address is the permission.
        endpoints.MapGet($"{Path}{{token}}", (string token, HttpContext http, PictureProxy proxy) => proxy.ServeAsync(token, http)).AllowAnonymous();

    /// <summary>Our address for a picture elsewhere; null for what is no address on the web.</summary>
    public string? AddressOf(string url)
    {
        var text = url.StartsWith("//", StringComparison.Ordinal) ? $"https:{url}" : url;
        return text.Length <= MaxUrl && Uri.TryCreate(text, UriKind.Absolute, out var uri) && IsWeb(uri)
            ? $"{Path}{_protector.Protect(uri.AbsoluteUri, AddressLife)}"
            : null;
    }

    public void Dispose() => _client.Dispose();

    private async Task ServeAsync(string token, HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        // The frame's origin is opaque, so to it we are somebody else.
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        var picture = Read(token) is { } url ? await FetchAsync(url, http.RequestAborted) : null;
        if (picture is null || PictureType.Of(picture) is not { } type)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = type;
        http.Response.ContentLength = picture.Length;
        http.Response.Headers.CacheControl = "private, max-age=86400";
        await http.Response.Body.WriteAsync(picture, http.RequestAborted);
    }

    private Uri? Read(string token)
    {
        try
        {
            return new Uri(_protector.Unprotect(token));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private async Task<byte[]?> FetchAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            for (var hop = 0; hop <= MaxRedirects; hop++)
            {
                using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseContentRead, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return await response.Content.ReadAsByteArrayAsync(cancellationToken);
                if (response.Headers.Location is not { } location || !IsWeb(url = new Uri(url, location)))
                    return null;
            }
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or SocketException || (failed is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.PictureRefused(_logger, url.Host, failed.Message);
        }

        return null;
    }

    private static bool IsWeb(Uri uri) => uri is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo.Length: 0 } && uri.Port is 80 or 443;
}
