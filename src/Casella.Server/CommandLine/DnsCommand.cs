using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella dns: what must be published for a domain, and what is.</summary>
internal static class DnsCommand
{
    private static readonly Argument<string> Domain = new("DOMAIN") { Description = "Domain name, for example example.org" };
    private static readonly Option<bool> Check = new("--check") { Description = "Ask DNS and say what is missing or different" };

    public static Command Create(CommandAction action)
    {
        var command = new Command("dns", "Print the DNS records of a domain (MX, SPF, DKIM, DMARC, MTA-STS, TLS-RPT, SRV, TLSA) as lines of a zone file") { Domain, Check };
        action(command, async (run, cancellationToken) =>
        {
            var view = await run.SendAsync(new ShowDns(run.Value(Domain), run.Value(Check)), cancellationToken);
            run.Output.Result(view, dns => ForPeople(run.Output, dns));
            return view.Records.All(record => record.State is null or "ok") ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static void ForPeople(Output output, DnsView dns)
    {
        foreach (var record in dns.Records)
        {
            output.Line($"; {record.Why}{(record.State is null ? "" : $": {Words(record)}")}");
            output.Line(record.Line);
        }

        output.Line("");
        output.Line($"; https://mta-sts.{dns.Domain}/.well-known/mta-sts.txt, which this server answers where its certificate has that name, says:");
        foreach (var line in dns.StsPolicy.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            output.Line($";   {line}");
    }

    private static string Words(DnsRecordView record) => record.State switch
    {
        "ok" => "OK",
        "missing" => "MISSING",
        "silent" => $"NO ANSWER ({record.There})",
        _ => $"DIFFERENT, there is {record.There}",
    };
}
