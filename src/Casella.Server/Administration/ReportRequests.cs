using Casella.Core;
using Casella.Core.Reporting;
using Casella.Formats.Reports.Aggregates;

namespace Casella.Server.Administration;

/// <param name="Domain">About this one; null for all.</param>
internal sealed record ListReports(string? Domain) : AdminRequest<IReadOnlyList<ReportView>>
{
    protected override async Task<IReadOnlyList<ReportView>> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        [.. (await context.Office.Reports.ListAsync(Domain, cancellationToken)).Select(ReportView.Of)];
}

internal sealed record ShowReport(long Id) : AdminRequest<ReportView>
{
    protected override async Task<ReportView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        try
        {
            return ReportView.Of(await context.Office.Reports.ShowAsync(Id, cancellationToken));
        }
        catch (MailException absent) when (absent.Error is MailError.NoPermission)
        {
            throw new CommandException("NoSuchReport", $"There is no report {Id}. See: casella reports");
        }
    }
}

/// <param name="Kind">Dmarc or Tls.</param>
/// <param name="Proven">Signed by the domain that has sent it.</param>
/// <param name="Total">Messages in the domain's name, or connections to its servers.</param>
/// <param name="Failed">Of those: not proven to be its own, or not sure.</param>
/// <param name="Senders">Of one DMARC report: who sent, the most first.</param>
/// <param name="Policies">Of one TLS report.</param>
internal sealed record ReportView(
    long Id, string Kind, string Domain, string Reporter, bool Proven, DateTimeOffset Begin, DateTimeOffset End, long Total, long Failed,
    IReadOnlyList<ReportedSenderView>? Senders, IReadOnlyList<ReportedPolicyView>? Policies)
{
    public static ReportView Of(ReceivedReport report) => new(
        report.Id, report.Kind.ToString(), report.Domain, report.Reporter, report.IsProven, report.Begin, report.End, report.Total, report.Failed,
        report.Dmarc?.Rows.Select(ReportedSenderView.Of).ToList(), report.Tls?.Policies.Select(ReportedPolicyView.Of).ToList());
}

/// <param name="Disposition">none, quarantine or reject.</param>
/// <param name="Dkim">Of the domain's own signature: pass or fail.</param>
/// <param name="Signers">"example.org pass", as they were found.</param>
internal sealed record ReportedSenderView(
    string Address, long Messages, string Disposition, string Dkim, string Spf, string? Reason, string EnvelopeFrom, string HeaderFrom, IReadOnlyList<string> Signers)
{
    public static ReportedSenderView Of(DmarcReportRow row) => new(
        row.Facts.Client, row.Count, row.Facts.Disposition, row.Facts.IsDkimAligned ? "pass" : "fail", row.Facts.IsSpfAligned ? "pass" : "fail",
        row.Facts.Reason, row.Facts.EnvelopeFrom, row.Facts.HeaderFrom, [.. row.Facts.Dkim.Select(one => $"{one.Domain} {one.Result}")]);
}

/// <param name="Policy">sts, tlsa or no-policy-found.</param>
internal sealed record ReportedPolicyView(string Policy, string Domain, long Successes, long Failures, IReadOnlyList<ReportedFailureView> Details)
{
    public static ReportedPolicyView Of(TlsPolicyResult result) => new(
        result.Policy.Kind, result.Policy.Domain, result.Successes, result.Failures,
        [.. result.Details.Select(one => new ReportedFailureView(one.Failure.Result, one.Failure.Exchanger, one.Failure.Address, one.Count, one.Failure.Reason))]);
}

internal sealed record ReportedFailureView(string Result, string Exchanger, string Address, long Sessions, string Reason);
