using Casella.Server.Hosting;

namespace Casella.Server.Administration.Doctor;

/// <summary>
/// Mail is for its owner: nobody else on the machine may look into the data folder, and the owner may write everything
/// in it. A command that root has run once leaves files that the server's user cannot write.
/// </summary>
internal static class PermissionCheck
{
    private const string Check = "permissions";
    private const int NamedAtMost = 3;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static Task<IReadOnlyList<DoctorFinding>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var root = context.Services.GetRequiredService<DataFolder>().Root;
        var findings = new List<DoctorFinding>();
        if ((File.GetUnixFileMode(root) & Others) != UnixFileMode.None)
            findings.Add(DoctorFinding.Wrong(Check, $"Others may look into {root}.", $"chmod 700 {root}"));
        var accounts = Path.Join(root, "accounts");
        var closed = (Directory.Exists(accounts) ? Directory.EnumerateDirectories(accounts, "*", SearchOption.AllDirectories) : [])
            .Prepend(root).Where(folder => !MayWrite(folder)).Take(NamedAtMost).ToList();
        if (closed.Count > 0)
            findings.Add(DoctorFinding.Wrong(
                Check, $"The user who runs casella ({Environment.UserName}) may not write in {string.Join(", ", closed)}.", $"chown -R {Environment.UserName}: {root}, and run commands as that user: sudo -u {Environment.UserName} casella …"));
        return Task.FromResult<IReadOnlyList<DoctorFinding>>(
            findings.Count > 0 ? findings : [DoctorFinding.Ok(Check, "The data folder is its owner's alone, who may write everything in it.")]);
    }

    /// <summary>
    /// By a file of our own: a database must not be opened beside SQLite, for closing it would end SQLite's locks
    /// (https://sqlite.org/howtocorrupt.html §2.2).
    /// </summary>
    private static bool MayWrite(string folder)
    {
        try
        {
            var probe = Path.Join(folder, $"doctor-{Guid.NewGuid():N}.stage");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose))
                return true;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            return refused is DirectoryNotFoundException;   // removed meanwhile
        }
    }
}
