using System.ComponentModel.DataAnnotations;
using Casella.Formats.Setup;
using Microsoft.AspNetCore.Http;

namespace Casella.Web;

/// <summary>Limits of the webmail. Bound from <c>Limits:Web</c>.</summary>
public sealed record WebOptions
{
    /// <summary>
    /// How long a sent message waits in the queue, so that it can be called back. Who notices the missing attachment
    /// notices it in the first seconds. Zero sends at once.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan SendDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for which a mail can be put off; as for the submission by other programs.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromDays(180);

    /// <summary>How long the page offers to undo what was just done. Later the message's story does.</summary>
    public TimeSpan UndoTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a page whose connection is gone is kept, so that a laptop that wakes up goes on where it was. It costs
    /// memory.
    /// </summary>
    public TimeSpan LostPageTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Pages without a connection that are kept at the same time.</summary>
    public int LostPages { get; init; } = 200;

    /// <summary>How long an uploaded file waits for the mail that it belongs to.</summary>
    public TimeSpan UploadTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Size of HTML that is shown as HTML; what is larger is shown as its text.</summary>
    public int HtmlSize { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// Pictures inside an HTML mail, all together, that are shown in it. They go to the browser with the text.
    /// </summary>
    public int InlinePictures { get; init; } = 12 * 1024 * 1024;

    /// <summary>Messages that a search shows; who finds more must say more.</summary>
    public int SearchResults { get; init; } = 2_000;
}

/// <summary>Where the webmail is: told by the server, which knows names and ports.</summary>
/// <param name="HostName">Of this server on the network; links and redirects have it, whatever a client calls us.</param>
/// <param name="HttpsPort">Null when there is no HTTPS.</param>
/// <param name="KeyFolder">Keys of cookies and forms; made when missing.</param>
/// <param name="HasPublicCertificate">Browsers trust it, so they may be told to insist on HTTPS.</param>
public sealed record WebSite(string HostName, Func<int?> HttpsPort, string KeyFolder, bool HasPublicCertificate)
{
    /// <summary>What mail programs are told: from the ports that are open.</summary>
    public required Func<ClientSettings> Clients { get; init; }

    /// <summary>The office's address on the help page; empty for none.</summary>
    public string OfficeContact { get; init; } = "";

    /// <summary>"https://mail.example.org/help"; null when there is no HTTPS.</summary>
    /// <param name="path">From the "/".</param>
    public string? AddressOf(string path) => HttpsPort() is { } port
        ? $"https://{(port == 443 ? new HostString(HostName) : new HostString(HostName, port))}{path}"
        : null;
}
