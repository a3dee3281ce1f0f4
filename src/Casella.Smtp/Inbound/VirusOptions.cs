using System.Net;

namespace Casella.Smtp.Inbound;

/// <summary>Who looks for viruses in mail from other servers. Bound from <c>Virus</c>.</summary>
public sealed record VirusOptions
{
    /// <summary>
    /// A clamd that looks into each message: <c>address:port</c>, or the path of its socket
    /// (<c>/run/clamav/clamd.ctl</c>). Empty for none. What it finds is refused; while it is silent mail is taken.
    /// </summary>
    public string Clamd { get; init; } = "";

    /// <summary>After this clamd is taken for silent.</summary>
    public TimeSpan ClamdTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Larger messages are not looked into; clamd itself refuses what is over its StreamMaxLength.</summary>
    public long SizeAtMost { get; init; } = 25L * 1024 * 1024;

    /// <summary>What is wrong with the options, in words; null when nothing is.</summary>
    public static string? Problem(VirusOptions options) =>
        options.Clamd.Length == 0 || options.Clamd[0] == '/' || (IPEndPoint.TryParse(options.Clamd, out var address) && address.Port > 0)
            ? null
            : $"Virus:Clamd: \"{options.Clamd}\" is neither an address with its port such as 127.0.0.1:3310 nor the path of a socket";
}
