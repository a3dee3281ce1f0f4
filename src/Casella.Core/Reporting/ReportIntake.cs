using Casella.Core.Delivery;
using Casella.Core.Storage;
using Casella.Formats.Reports.Aggregates;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Reporting;

/// <summary>
/// Reads the reports that others send about our domains and keeps them for <see cref="ReceivedReports"/>. Called by the
/// <see cref="Deliverer"/> for mail to a <see cref="ReportAddress"/>.
/// </summary>
internal sealed class ReportIntake(IReportStore store, IDirectoryStore directory, ReportOptions options, TimeProvider time, ILogger<ReportIntake> logger)
{
    /// <summary>Octets of a mail that is read as a report.</summary>
    private const long LargestMail = 16 * 1024 * 1024;

    /// <summary>Rows that are kept of one report; the sums are of all.</summary>
    private const int MaxRowsKept = 2_000;

    /// <returns>False when it is no report about a domain of ours: then it is mail.</returns>
    /// <exception cref="MailException">Unavailable.</exception>
    public async Task<bool> TakeAsync(DeliveryRequest request, CancellationToken cancellationToken)
    {
        if (request.Content.Size > LargestMail || Read(request) is not { } report || !await IsOursAsync(report.Domain, cancellationToken))
            return false;
        var isNew = await store.KeepAsync(report, options.Kept, cancellationToken);
        Log.ReportReceived(logger, report.Kind, report.Domain, report.Reporter, isNew ? "" : ", which was here already");
        return true;
    }

    private ReceivedReportRow? Read(DeliveryRequest request)
    {
        using var mail = request.Content.OpenRead();
        return ReportAttachment.Find(mail) switch
        {
            ({ } dmarc, _) => Row(
                request, ReportKind.Dmarc, dmarc.Policy.Domain, dmarc.Source, (dmarc.Messages, dmarc.Unproven),
                DmarcReportXml.Compose(dmarc with { Rows = [.. dmarc.Rows.OrderByDescending(row => row.Count).Take(MaxRowsKept)] })),
            (_, { } tls) => Row(
                request, ReportKind.Tls, tls.Policies[0].Policy.Domain, tls.Source, (tls.Sessions, tls.Failures),
                TlsReportJson.Compose(tls with { Policies = [.. tls.Policies.Take(MaxRowsKept)] })),
            _ => null,
        };
    }

    private ReceivedReportRow Row(
        DeliveryRequest request, ReportKind kind, string domain, ReportSource source, (long Total, long Failed) sums, byte[] content)
    {
        var verdict = request.Verdict;
        var reporter = verdict?.FromDomain ?? request.ReversePath?.Domain ?? source.Organization;
        return new ReceivedReportRow(
            0, kind, domain, reporter, source.ReportId, IsProven(verdict), source.Begin, source.End, time.GetUtcNow(), sums.Total, sums.Failed,
            ReportMail.Pack(content));
    }

    /// <summary>RFC 7489 §7.2.1.1, RFC 8460 §3: anybody can write a report; a signature says who has.</summary>
    private static bool IsProven(AuthenticationVerdict? verdict) => verdict is { FromDomain: { } from }
        && (verdict.Dmarc is CheckResult.Pass || verdict.SignedBy.Any(signer =>
            string.Equals(signer, from, StringComparison.Ordinal) || from.EndsWith($".{signer}", StringComparison.Ordinal)));

    /// <summary>One of our domains, or one below it.</summary>
    private async Task<bool> IsOursAsync(string domain, CancellationToken cancellationToken) =>
        (await directory.DomainsAsync(cancellationToken)).Any(ours =>
            string.Equals(ours.Name, domain, StringComparison.Ordinal) || domain.EndsWith($".{ours.Name}", StringComparison.Ordinal));
}
