using Casella.Formats.Reports.Aggregates;

namespace Casella.Core.Reporting;

/// <summary>Who wants a domain's reports. A port: DNS in the product.</summary>
public interface IReportDestinations
{
    /// <summary>
    /// The addresses that the domain names, and that want to be named (RFC 7489 §7.1, RFC 8460 §3); empty when there are none,
    /// null when DNS does not tell now.
    /// </summary>
    Task<IReadOnlyList<ReportUri>?> FindAsync(ReportKind kind, string domain, CancellationToken cancellationToken);
}
