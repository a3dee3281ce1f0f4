using Microsoft.AspNetCore.Http;

namespace Casella.Web.Office;

/// <summary>Where the office's pages are.</summary>
public static class OfficeAddress
{
    public const string Pages = "/office";
    public const string Links = "/welcome/";

    /// <summary>"https://mail.example.org/welcome/3f…"; in clear where there is no HTTPS, which is this machine only.</summary>
    public static string OfLink(string hostName, int? httpsPort, string token) => httpsPort is { } port
        ? $"https://{(port == 443 ? new HostString(hostName) : new HostString(hostName, port))}{Links}{token}"
        : $"http://{hostName}{Links}{token}";
}
