using Casella.Core.Reporting;

namespace Casella.Core.Storage;

/// <summary>
/// Reports between mail servers: what we have seen and tell others once a day, and what others have told us. One shared
/// database of bounded size, DATA/reports.db.
/// </summary>
internal interface IReportStore
{
    /// <summary>Adds to the counts of what was seen already, and keeps what is new.</summary>
    /// <param name="atMost">Different facts of one domain and day that are kept; what is beyond is let go.</param>
    Task AddAsync(IReadOnlyList<SightingRow> sightings, int atMost, CancellationToken cancellationToken);

    /// <summary>What has been seen on days before this one.</summary>
    Task<IReadOnlyList<ReportDue>> DueAsync(DateOnly before, CancellationToken cancellationToken);

    Task<IReadOnlyList<SightingRow>> ReadAsync(ReportDue due, CancellationToken cancellationToken);

    /// <summary>It is told, or nobody wants to know.</summary>
    Task ForgetAsync(ReportDue due, CancellationToken cancellationToken);

    /// <summary>Keeps a report; the oldest beyond <paramref name="atMost"/> go.</summary>
    /// <returns>False when it was there already.</returns>
    Task<bool> KeepAsync(ReceivedReportRow report, int atMost, CancellationToken cancellationToken);

    /// <summary>Without their contents, the newest first.</summary>
    /// <param name="domain">About this one; null for all.</param>
    Task<IReadOnlyList<ReceivedReportRow>> ListAsync(string? domain, int atMost, CancellationToken cancellationToken);

    /// <summary>With its content, or null.</summary>
    Task<ReceivedReportRow?> FindAsync(long id, CancellationToken cancellationToken);
}

/// <param name="Facts">As text: the same facts are the same text.</param>
internal sealed record SightingRow(ReportKind Kind, DateOnly Day, string Domain, string Facts, long Count);

/// <summary>A day's report about a domain that may be written.</summary>
internal sealed record ReportDue(ReportKind Kind, DateOnly Day, string Domain);

/// <param name="Id">0 before it is kept.</param>
/// <param name="Reporter">The domain that has sent it.</param>
/// <param name="IsProven">The mail was signed by that domain.</param>
/// <param name="Total">Messages, or sessions.</param>
/// <param name="Failed">Of those.</param>
/// <param name="Content">The report; empty where it was not asked for.</param>
internal sealed record ReceivedReportRow(
    long Id, ReportKind Kind, string Domain, string Reporter, string ReportId, bool IsProven, DateTimeOffset Begin, DateTimeOffset End,
    DateTimeOffset ArrivedAt, long Total, long Failed, ReadOnlyMemory<byte> Content);
