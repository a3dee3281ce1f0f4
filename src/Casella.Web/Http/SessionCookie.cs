using Microsoft.AspNetCore.Http;

namespace Casella.Web.Http;

/// <summary>
/// The cookie of a signed-in browser: a random token and nothing else. __Host- ties it to this very host over HTTPS;
/// without HTTPS, which is this machine only, browsers do not take that name.
/// </summary>
internal static class SessionCookie
{
    private const string Secure = "__Host-casella";
    private const string Plain = "casella";

    public static string? Read(HttpRequest request) => request.Cookies[NameFor(request)];

    public static void Write(HttpContext http, string token, TimeSpan lasts) =>
        http.Response.Cookies.Append(NameFor(http.Request), token, Options(http.Request, lasts));

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(NameFor(http.Request), Options(http.Request, null));

    private static string NameFor(HttpRequest request) => request.IsHttps ? Secure : Plain;

    private static CookieOptions Options(HttpRequest request, TimeSpan? lasts) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lasts,
        Path = "/",
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
    };
}

/// <summary>Between the password and the code: opens nothing by itself, and for some minutes.</summary>
internal static class WaitingCookie
{
    private const string Name = "casella-step";

    public static string? Read(HttpRequest request) => request.Cookies[Name];

    public static void Write(HttpContext http, string token) => http.Response.Cookies.Append(Name, token, Options(http.Request, TimeSpan.FromMinutes(5)));

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http.Request, null));

    private static CookieOptions Options(HttpRequest request, TimeSpan? lasts) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lasts,
        Path = "/sign-in",
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
    };
}
