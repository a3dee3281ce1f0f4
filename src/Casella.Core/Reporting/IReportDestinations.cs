using Casella.Formats.Reports.Aggregates;

namespace Casella.Core.Reporting;

/// <summary>Who wants a domain's reports, and the way there that is no mail. A port: DNS and HTTPS in the product.</summary>
public interface IReportDestinations
{
    /// <summary>
    /// The addresses that the domain names, and that want to be named (RFC 7489 §7.1, RFC 8460 §3); empty when there are none,
    /// null when DNS does not tell now.
    /// </summary>
    Task<ReportPlaces?> FindAsync(ReportKind kind, string domain, CancellationToken cancellationToken);

    /// <summary>Brings a TLS report by HTTPS (RFC 8460 §5.4).</summary>
    /// <param name="report">Packed by gzip.</param>
    /// <returns>False when it was not taken.</returns>
    Task<bool> PostAsync(Uri place, ReadOnlyMemory<byte> report, CancellationToken cancellationToken);
}

/// <param name="Web">For TLS reports.</param>
public sealed record ReportPlaces(IReadOnlyList<ReportUri> Mail, IReadOnlyList<Uri> Web)
{
    public static ReportPlaces None { get; } = new([], []);
}
