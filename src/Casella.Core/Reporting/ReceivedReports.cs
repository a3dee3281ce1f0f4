using System.IO.Compression;
using Casella.Core.Storage;
using Casella.Formats.Reports.Aggregates;

namespace Casella.Core.Reporting;

/// <summary>What other servers have told of our domains: who sends in our name, and who cannot reach us safely. For the office.</summary>
public sealed class ReceivedReports
{
    private readonly IReportStore _store;

    internal ReceivedReports(IReportStore store) => _store = store;

    /// <summary>The newest first.</summary>
    /// <param name="domain">About this one; null for all.</param>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<IReadOnlyList<ReceivedReport>> ListAsync(string? domain, int atMost, CancellationToken cancellationToken) =>
        [.. (await _store.ListAsync(domain, atMost, cancellationToken)).Select(Report)];

    /// <summary>With all that is in it, or null.</summary>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<ReceivedReport?> FindAsync(long id, CancellationToken cancellationToken)
    {
        if (await _store.FindAsync(id, cancellationToken) is not { } row)
            return null;
        var content = Unpack(row.Content);
        return row.Kind is ReportKind.Dmarc
            ? Report(row) with { Dmarc = DmarcReportXml.Read(new MemoryStream(content, writable: false)) }
            : Report(row) with { Tls = TlsReportJson.Read(content) };
    }

    private static ReceivedReport Report(ReceivedReportRow row) => new(
        row.Id, row.Kind, row.Domain, row.Reporter, row.ReportId, row.IsProven, row.Begin, row.End, row.ArrivedAt, row.Total, row.Failed);

    private static byte[] Unpack(ReadOnlyMemory<byte> packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
        using var content = new MemoryStream();
        gzip.CopyTo(content);
        return content.ToArray();
    }
}

/// <param name="IsProven">A signature says that it is the reporter's.</param>
/// <param name="Total">Messages in our name, or connections to our servers.</param>
/// <param name="Failed">Of those: not proven to be ours, or not sure.</param>
public sealed record ReceivedReport(
    long Id, ReportKind Kind, string Domain, string Reporter, string ReportId, bool IsProven, DateTimeOffset Begin, DateTimeOffset End,
    DateTimeOffset ArrivedAt, long Total, long Failed)
{
    /// <summary>The largest rows; null unless it is one and was asked for.</summary>
    public DmarcReport? Dmarc { get; init; }

    public TlsReport? Tls { get; init; }
}
