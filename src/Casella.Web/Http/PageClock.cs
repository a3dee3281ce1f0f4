using Casella.Core.Directory;
using Microsoft.AspNetCore.Http;

namespace Casella.Web.Http;

/// <summary>By which clock the times on a page are told.</summary>
internal static class PageClock
{
    /// <summary>What was chosen in the settings by who is no person: the common password of a mailbox.</summary>
    private const string ChosenCookie = "casella-zone";

    /// <summary>What the device says of itself (clock.js).</summary>
    private const string DeviceCookie = "casella-clock";

    private const int LongestName = 64;

    /// <summary>The zone that the person has chosen, else the device's, else the one of the server's office.</summary>
    public static ReaderClock Of(HttpRequest? request, WebVisitor? visitor, TimeProvider time) =>
        Find(visitor?.Person is null ? request?.Cookies[ChosenCookie] : visitor.Zone) is { } chosen
        ? new ReaderClock(chosen, IsChosen: true)
        : new ReaderClock(Find(request?.Cookies[DeviceCookie]) ?? time.LocalTimeZone, IsChosen: false);

    /// <summary>The name as it is kept; null for none that is known.</summary>
    public static string? Known(string? name) => Find(name)?.Id;

    /// <summary>In this browser. Null or an unknown one: from now on as on the device.</summary>
    public static void Choose(HttpContext http, string? name)
    {
        var options = new CookieOptions { MaxAge = TimeSpan.FromDays(400), Path = "/", SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, HttpOnly = true };
        if (Find(name) is { } zone)
            http.Response.Cookies.Append(ChosenCookie, zone.Id, options);
        else
            http.Response.Cookies.Delete(ChosenCookie, options);
    }

    /// <summary>"Europe/Rome" and its kin: without the old names, which are the same places again.</summary>
    public static IReadOnlyList<TimeZoneInfo> All { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.Id.Contains('/', StringComparison.Ordinal) && !zone.Id.StartsWith("Etc/", StringComparison.Ordinal)).OrderBy(zone => zone.Id, StringComparer.Ordinal)];

    private static TimeZoneInfo? Find(string? name) =>
        name is { Length: > 0 and <= LongestName } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}

/// <param name="IsChosen">In the settings; else it is the device's.</param>
internal sealed record ReaderClock(TimeZoneInfo Zone, bool IsChosen);
