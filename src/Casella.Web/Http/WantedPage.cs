using Microsoft.AspNetCore.Http;

namespace Casella.Web.Http;

/// <summary>
/// Where somebody wanted to go who had to sign in first: it goes along in the address and in the forms of the door, and is
/// written by anybody, so it leads to a page of this server or nowhere.
/// </summary>
internal static class WantedPage
{
    public const string Field = "to";

    private const int LengthAtMost = 500;

    /// <summary>"/" for what is no page of ours.</summary>
    public static string Of(string? wanted) => IsOurs(wanted) ? wanted! : "/";

    /// <summary>An address of the door that remembers where to go; the start needs no word.</summary>
    /// <param name="path">Of the door, perhaps with a query.</param>
    public static string Remember(string path, string? wanted) => Of(wanted) is var to and not "/"
        ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Field}={Uri.EscapeDataString(to)}"
        : path;

    public static string Asked(HttpRequest request) => Of($"{request.Path}{request.QueryString}");

    // Browsers read "//host" and "/\\host" as another server, and skip tabs and line ends before they look.
    private static bool IsOurs(string? wanted) =>
        wanted is ['/', ..] and not ['/', '/' or '\\', ..] && wanted.Length <= LengthAtMost && !wanted.Any(char.IsControl)
        && !wanted.StartsWith(SessionAuthentication.SignInPath, StringComparison.OrdinalIgnoreCase);
}
