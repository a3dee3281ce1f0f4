using Casella.Core.Backups;
using Casella.Server.CommandLine;

namespace Casella.Server.Administration.Doctor;

/// <summary>There is a backup, and not an old one.</summary>
internal static class BackupCheckup
{
    private const string Check = "backup";
    private const string Cure = "casella backup DIR, every night by a timer, onto another disk; casella backup verify DIR now and then.";
    private static readonly TimeSpan Old = TimeSpan.FromDays(3);
    private static readonly TimeSpan TooOld = TimeSpan.FromDays(14);

    public static Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var last = context.Services.GetRequiredService<MailBackups>().Last();
        var age = context.Services.GetRequiredService<TimeProvider>().GetUtcNow() - last?.FinishedAt;
        return Task.FromResult<IReadOnlyList<DoctorFinding>>([
            last is null ? DoctorFinding.Warning(Check, "No backup has been made.", Cure)
            : age > TooOld ? DoctorFinding.Wrong(Check, $"The last backup is of {Values.Time(last.FinishedAt)}, in {last.Folder}.", Cure)
            : age > Old ? DoctorFinding.Warning(Check, $"The last backup is of {Values.Time(last.FinishedAt)}, in {last.Folder}.", Cure)
            : DoctorFinding.Ok(Check, $"{Values.Time(last.FinishedAt)}, in {last.Folder}.")]);
    }
}
