using Casella.Core.Messages;
using Casella.Server.CommandLine;
using Casella.Server.Hosting;
using Casella.Server.Options;

namespace Casella.Server.Administration.Doctor;

/// <summary>Room, and a file system on which "written" means written.</summary>
internal static class DiskCheck
{
    private const string Check = "disk";
    private const int ManyFloors = 4;

    /// <summary>No shared memory across machines, or nothing that stays.</summary>
    private static readonly HashSet<string> Unfit = new(StringComparer.OrdinalIgnoreCase) { "nfs", "nfs4", "cifs", "smb", "smb3", "tmpfs", "ramfs", "9p", "vboxsf" };

    public static Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var floor = context.Services.GetRequiredService<CasellaOptions>().Limits.MinimumFreeDisk;
        var free = context.Services.GetRequiredService<IFreeDisk>().Bytes;
        var root = context.Services.GetRequiredService<DataFolder>().Root;
        var findings = new List<DoctorFinding>
        {
            free < floor
                ? DoctorFinding.Wrong(Check, $"{Values.Size(free)} free, below the floor of {Values.Size(floor)}: no new mail is taken.", "Free some room, or move the data folder to a larger disk (casella backup, casella restore --moved).")
                : free < floor * ManyFloors
                    ? DoctorFinding.Warning(Check, $"{Values.Size(free)} free; below {Values.Size(floor)} no new mail is taken.", "Free some room soon; casella account list shows who uses how much.")
                    : DoctorFinding.Ok(Check, $"{Values.Size(free)} free."),
        };
        var format = FormatOf(root);
        findings.Add(format is not null && Unfit.Contains(format)
            ? DoctorFinding.Wrong("storage", $"The data folder is on {format}: mail may be lost there when a machine stops.", "Move it to a disk of this machine (ext4, XFS): casella backup, then casella restore --moved.")
            // Each file reads it back when it is opened, and refuses to be used without (ADR 0001).
            : DoctorFinding.Ok("storage", $"On {format ?? "a disk"}; every file writes through to the disk (synchronous=FULL) before it says OK."));
        return Task.FromResult<IReadOnlyList<DoctorFinding>>(findings);
    }

    /// <summary>The longest mount point that the folder is below.</summary>
    private static string? FormatOf(string root) => DriveInfo.GetDrives()
        .Where(drive => drive.IsReady && (root + "/").StartsWith(drive.Name.TrimEnd('/') + "/", StringComparison.Ordinal))
        .MaxBy(drive => drive.Name.Length)?.DriveFormat;
}
