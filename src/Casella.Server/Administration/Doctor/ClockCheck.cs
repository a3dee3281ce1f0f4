using Casella.Server.CommandLine;
using Casella.Server.Hosting;

namespace Casella.Server.Administration.Doctor;

/// <summary>
/// The clock: mail carries its time, signatures end, certificates begin. A clock that is behind what it has written
/// itself was set back; whether it is right, its keeper knows.
/// </summary>
internal static class ClockCheck
{
    private const string Check = "clock";
    private const string Cure = "Let the machine keep its clock: apt install systemd-timesyncd (or chrony), then timedatectl set-ntp true";
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(2);

    private static readonly string[] Keepers = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid", "/run/openntpd.pid"];

    public static Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var now = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return Task.FromResult<IReadOnlyList<DoctorFinding>>([Look(now, context.Services.GetRequiredService<DataFolder>().Root)]);
    }

    private static DoctorFinding Look(DateTimeOffset now, string root)
    {
        var newest = new DirectoryInfo(root).EnumerateFiles().Select(file => file.LastWriteTimeUtc).DefaultIfEmpty().Max();
        if (newest > (now + Slack).UtcDateTime)
            return DoctorFinding.Wrong(Check, $"It says {Values.Time(now)}, and files here were written later than that: it was set back.", Cure);
        if (File.GetLastWriteTimeUtc(Environment.ProcessPath ?? AppContext.BaseDirectory) > (now + Slack).UtcDateTime)
            return DoctorFinding.Wrong(Check, $"It says {Values.Time(now)}, before this program was made.", Cure);
        return Keepers.Any(File.Exists)
            ? DoctorFinding.Ok(Check, $"{Values.Time(now)}, kept right by the machine.")
            : DoctorFinding.Warning(Check, $"{Values.Time(now)}; nothing on this machine seems to keep it right.", Cure);
    }
}
