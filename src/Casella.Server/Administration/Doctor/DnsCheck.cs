namespace Casella.Server.Administration.Doctor;

/// <summary>What the world finds in DNS of our domains; a line for each domain, the details are casella dns'.</summary>
internal static class DnsCheck
{
    private const string Check = "dns";

    public static async Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var domains = await context.Directory.DomainsAsync(cancellationToken);
        if (domains.Count == 0)
            return [DoctorFinding.Warning(Check, "There is no domain yet.", "casella domain add DOMAIN")];
        var findings = new List<DoctorFinding>();
        foreach (var domain in domains)
        {
            findings.Add(Finding((DnsView)await new ShowDns(domain.Name, Check: true).ExecuteAsync(context, cancellationToken)));
            if (!domain.HasPostmaster)
                findings.Add(DoctorFinding.Warning(
                    Check, $"Nobody is named to read postmaster@{domain.Name}; the domain's first mailbox gets it.", $"casella alias add postmaster@{domain.Name} ADDRESS"));
        }

        return findings;
    }

    private static DoctorFinding Finding(DnsView view)
    {
        var silent = view.Records.Count(record => record.State is "silent");
        var wrong = view.Records.Where(record => record.State is "missing" or "different").ToList();
        if (silent == view.Records.Count)
            return DoctorFinding.Wrong(Check, $"{view.Domain}: no name server answers ({view.Records[0].There}).", "See /etc/resolv.conf, or set Dns:Servers.");
        return wrong.Count == 0
            ? DoctorFinding.Ok(Check, $"{view.Domain}: {view.Records.Count - silent} records are as they should be.")
            : DoctorFinding.Wrong(
                Check, $"{view.Domain}: {string.Join(", ", wrong.Select(record => $"{record.Kind} {record.Name} is {record.State}"))}.",
                $"casella dns {view.Domain} --check prints the lines for the zone.");
    }
}
