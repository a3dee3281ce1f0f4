using Microsoft.AspNetCore.Http;

namespace Casella.Web.Http;

/// <summary>
/// A path as the log may have it: what opens something by itself (an invitation, a profile with a password, the way out of
/// a list) stays out of it, for logs are read by more people than may do that.
/// </summary>
internal static class LoggedPath
{
    /// <summary>All tokens are longer; of other names nobody misses the long ones.</summary>
    private const int TokenLength = 32;

    public static string Of(PathString path) => string.Join('/', (path.Value ?? "").Split('/').Select(segment => segment.Length >= TokenLength ? "…" : segment));
}
