namespace Casella.Server.Administration.Doctor;

/// <summary>Looks at everything around the mail that makes it stop one day, and says the cure.</summary>
/// <param name="WithDns">DNS is asked for each domain, and our own name is gone to, which takes a while.</param>
internal sealed record RunDoctor(bool WithDns) : AdminRequest<DoctorView>
{
    protected override async Task<DoctorView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        DoctorCheck[] checks =
        [
            PortCheck.RunAsync, CertificateCheck.RunAsync, DiskCheck.RunAsync, PermissionCheck.RunAsync, ClockCheck.RunAsync,
            QueueCheck.RunAsync, BackupCheckup.RunAsync, .. WithDns ? [DnsCheck.RunAsync, OutsideCheck.RunAsync, DeliverabilityCheck.RunAsync] : (DoctorCheck[])[],
        ];
        var findings = new List<DoctorFinding>();
        foreach (var check in checks)
            findings.AddRange(await check(context, cancellationToken));
        return new DoctorView(findings);
    }
}
