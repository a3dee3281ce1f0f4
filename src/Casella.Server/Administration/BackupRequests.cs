using System.Globalization;
using Casella.Core.Backups;
using Casella.Core.Mailboxes;

namespace Casella.Server.Administration;

/// <summary>Makes a backup beside the work; tells how far it is.</summary>
/// <param name="Folder">Whole path: the server runs in another folder.</param>
internal sealed record MakeBackup(string Folder) : AdminRequest<BackupOutcome>
{
    protected override async Task<BackupOutcome> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        await context.Services.GetRequiredService<MailBackups>().WriteAsync(
            Folder, ProductVersion.Text, progress => context.Tell(BackupWords.Of(progress)), cancellationToken);
}

/// <summary>Lets all but the newest backups of a folder go.</summary>
/// <param name="Folder">Whole path.</param>
internal sealed record PruneBackups(string Folder, int Keep) : AdminRequest<BackupsPruned>
{
    protected override async Task<BackupsPruned> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        await context.Services.GetRequiredService<MailBackups>().PruneAsync(Folder, Keep, cancellationToken);
}

/// <summary>Brings one mailbox or folder back while the service runs.</summary>
/// <param name="Backups">Whole path.</param>
internal sealed record RestoreMailbox(string Backups, string Mailbox, string? As, string? Folder, DateTimeOffset? At) : AdminRequest<MailboxRestored>
{
    protected override async Task<MailboxRestored> RunAsync(AdminContext context, CancellationToken cancellationToken) =>
        await context.Office.Backups.RestoreAsync(
            new MailboxToRestore(Backups, Mailbox, As, Folder is null ? null : MailboxName.Parse(Folder), At), context.Tell, cancellationToken);
}

internal static class BackupWords
{
    public static string Of(BackupProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"{progress.Done} of {progress.All}: {progress.What}, {CommandLine.Values.Size(progress.Bytes)}");
}
