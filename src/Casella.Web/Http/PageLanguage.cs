using Casella.Core.Directory;
using Casella.Core.Policies;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Http;

/// <summary>In which language a page is written.</summary>
internal static class PageLanguage
{
    private const string Cookie = "casella-language";

    /// <summary>The choice made in this browser, else the person's, else what the browser prefers, else Italian.</summary>
    public static Language Of(HttpRequest? request, DevicePerson? person)
    {
        if (request?.Cookies[Cookie] is { } chosen)
            return chosen is "en" ? Language.English : Language.Italian;
        if (person is not null)
            return person.Language;
        if (request is null)
            return Language.Italian;
        foreach (var wanted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(value => value.Quality ?? 1))
        {
            if (wanted.Value.StartsWith("it", StringComparison.OrdinalIgnoreCase))
                return Language.Italian;
            if (wanted.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase))
                return Language.English;
        }

        return Language.Italian;
    }

    public static void Choose(HttpContext http, Language language) => http.Response.Cookies.Append(
        Cookie,
        language is Language.Italian ? "it" : "en",
        new CookieOptions { MaxAge = TimeSpan.FromDays(400), Path = "/", SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, HttpOnly = true });
}
