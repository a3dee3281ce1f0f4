using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella reports [ID]: what other servers have told of mail in our name, and of connections to us.</summary>
internal static class ReportsCommand
{
    public static Command Create(CommandAction action)
    {
        var id = new Argument<long?>("ID") { Description = "Number of a report, to see all of it", Arity = ArgumentArity.ZeroOrOne };
        var about = new Option<string?>("--about") { Description = "Only reports about this domain", HelpName = "DOMAIN" };
        var command = new Command("reports", "Show what other servers report about our domains (DMARC, TLS)") { id, about };
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(id) is { } number)
            {
                var report = await run.SendAsync(new ShowReport(number), cancellationToken);
                run.Output.Result(report, _ => Show(run.Output, report));
                return ExitCode.Success;
            }

            var reports = await run.SendAsync(new ListReports(run.Value(about)?.Trim().ToLowerInvariant()), cancellationToken);
            run.Output.Result(reports, _ => List(run.Output, reports));
            return ExitCode.Success;
        });
        return command;
    }

    private static void List(Output output, IReadOnlyList<ReportView> reports)
    {
        if (reports.Count == 0)
        {
            output.Line("No reports yet. Other servers send them once a day to the addresses that DNS names; see: casella dns");
            return;
        }

        output.Table(
            ["ID", "Report", "About", "Day", "From", "Result"],
            [.. reports.Select(report => (IReadOnlyList<string>)
            [
                report.Id.ToString(CultureInfo.InvariantCulture), report.Kind.ToUpperInvariant(), report.Domain, Day(report),
                report.Proven ? report.Reporter : $"{report.Reporter} (not proven)", Sum(report),
            ])]);
    }

    private static void Show(Output output, ReportView report)
    {
        output.Line($"{report.Kind.ToUpperInvariant()} report about {report.Domain} on {Day(report)}, from {report.Reporter}{(report.Proven ? "" : " (not proven: anybody may have written it)")}");
        output.Line(Sum(report));
        foreach (var sender in report.Senders ?? [])
            output.Line(
                $"  {sender.Address}: {Values.Count(sender.Messages, "message")} as {sender.HeaderFrom}, DKIM {sender.Dkim}, SPF {sender.Spf}, "
                + $"{Done(sender)}{(sender.Signers.Count > 0 ? $"; signed by {string.Join(", ", sender.Signers)}" : "")}");
        foreach (var policy in report.Policies ?? [])
        {
            output.Line($"  {policy.Policy} for {policy.Domain}: {policy.Successes} sure, {policy.Failures} not");
            foreach (var failure in policy.Details)
                output.Line($"    {failure.Result} at {failure.Exchanger} {failure.Address}: {failure.Sessions}{(failure.Reason.Length > 0 ? $" ({failure.Reason})" : "")}");
        }
    }

    private static string Sum(ReportView report) => (report.Kind, report.Failed) switch
    {
        ("Dmarc", 0) => $"{Values.Count(report.Total, "message")}, all proven to be its own",
        ("Dmarc", _) => $"{Values.Count(report.Total, "message")}, {report.Failed} not proven to be its own",
        (_, 0) => $"{Values.Count(report.Total, "connection")}, all sure",
        _ => $"{Values.Count(report.Total, "connection")}, {report.Failed} not sure",
    };

    private static string Done(ReportedSenderView sender) => sender.Disposition switch
    {
        "reject" => "refused",
        "quarantine" => "put apart as spam",
        _ => sender.Reason is { } reason ? $"delivered ({reason})" : "delivered",
    };

    private static string Day(ReportView report) => report.Begin.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
