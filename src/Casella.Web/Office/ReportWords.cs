using Casella.Core.Reporting;

namespace Casella.Web.Office;

/// <summary>What a report of another server comes to, in one line.</summary>
internal static class ReportWords
{
    public static string Sum(Words words, ReceivedReport report) => (report.Kind, report.Failed) switch
    {
        (ReportKind.Dmarc, 0) => words["OfficeReportAllOwn", report.Total],
        (ReportKind.Dmarc, _) => words["OfficeReportSomeForeign", report.Total, report.Failed],
        (_, 0) => words["OfficeReportAllSure", report.Total],
        _ => words["OfficeReportSomeUnsure", report.Total, report.Failed],
    };
}
