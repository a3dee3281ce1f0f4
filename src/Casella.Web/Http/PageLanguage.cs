using Casella.Core.Directory;
using Casella.Core.Policies;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Http;

/// <summary>In which language a page is written.</summary>
internal static class PageLanguage
{
    private const string Cookie = "casella-language";

    /// <summary>What was chosen on the sign-in page, until somebody signs in.</summary>
    private const string ChosenCookie = "casella-spoken";

    /// <summary>The person's; before they sign in the choice made in this browser, else what it prefers, else Italian.</summary>
    public static Language Of(HttpRequest? request, DevicePerson? person)
    {
        if (person is not null)
            return person.Language;
        if (request is null)
            return Language.Italian;
        if (request.Cookies[Cookie] is { } chosen)
            return Read(chosen);
        foreach (var wanted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(value => value.Quality ?? 1))
        {
            if (wanted.Value.StartsWith("it", StringComparison.OrdinalIgnoreCase))
                return Language.Italian;
            if (wanted.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase))
                return Language.English;
        }

        return Language.Italian;
    }

    /// <summary>For the pages before the sign-in.</summary>
    public static void Choose(HttpContext http, Language language) => http.Response.Cookies.Append(Cookie, Tag(language), Options(http, TimeSpan.FromDays(400)));

    /// <summary>Who chooses and signs in then has chosen for themselves; who comes tomorrow has not.</summary>
    public static void ChooseForSignIn(HttpContext http, Language language)
    {
        Choose(http, language);
        http.Response.Cookies.Append(ChosenCookie, Tag(language), Options(http, TimeSpan.FromMinutes(10)));
    }

    /// <summary>What was chosen just before signing in; null for nothing.</summary>
    public static Language? TakeChosen(HttpContext http)
    {
        if (http.Request.Cookies[ChosenCookie] is not { } chosen)
            return null;
        http.Response.Cookies.Delete(ChosenCookie, Options(http, null));
        return Read(chosen);
    }

    private static Language Read(string tag) => tag is "en" ? Language.English : Language.Italian;

    private static string Tag(Language language) => language is Language.Italian ? "it" : "en";

    private static CookieOptions Options(HttpContext http, TimeSpan? lasts) =>
        new() { MaxAge = lasts, Path = "/", SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, HttpOnly = true };
}
