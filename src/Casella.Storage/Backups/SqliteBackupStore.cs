using Casella.Core.Backups;
using Casella.Core.Storage;
using Casella.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Casella.Storage.Backups;

/// <summary>Backups of a data folder, taken beside the open store by connections of their own.</summary>
internal sealed class SqliteBackupStore(StorageFolder data, TimeProvider time, ILogger<SqliteMailStore> logger) : IBackupStore
{
    public Task<BackupOutcome> WriteAsync(
        string folder, string program, Action<BackupProgress> progress, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            if (IsWithin(folder, data.Root))
                throw new BackupException($"{folder} is within the data folder; a backup belongs elsewhere, best on another disk.");
            using var target = BackupFolder.OpenToWrite(folder);
            var outcome = await new BackupWriter(data.Root, target, time, progress).RunAsync(program, cancellationToken);
            LastBackupFile.Write(data.Root, new LastBackup(folder, outcome.Backup.Name, outcome.Backup.FinishedAt));
            return outcome;
        });

    public LastBackup? Last() => LastBackupFile.Read(data.Root);

    public IReadOnlyList<BackupInfo> List(string folder)
    {
        using var source = BackupFolder.Open(folder);
        return [.. source.Names().Select(name => source.Read(name).Info)];
    }

    public Task<BackupsPruned> PruneAsync(string folder, int keep, CancellationToken cancellationToken) => GuardedAsync(() =>
    {
        using var target = BackupFolder.OpenToWrite(folder);
        return Task.FromResult(new BackupPruning(target).Run(keep));
    });

    public Task<BackupCheck> VerifyAsync(
        string folder, DateTimeOffset? at, Action<BackupProgress> progress, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            using var source = BackupFolder.Open(folder);
            var names = at is null ? source.Names() : [source.Find(at).Name];
            return await new BackupVerification(source, progress).RunAsync(names, cancellationToken);
        });

    public Task<BackupInfo> RestoreAllAsync(
        string folder, RestoreAll request, Action<BackupProgress> progress, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            using var source = BackupFolder.Open(folder);
            return await new FolderRestore(data.Root, source, time, progress).RunAsync(source.Find(request.At), request, cancellationToken);
        });

    public Task<IBackedUpMailbox> OpenMailboxAsync(string folder, string address, DateTimeOffset? at, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult<IBackedUpMailbox>(OpenMailbox(folder, address, at)));

    private BackedUpMailbox OpenMailbox(string folder, string address, DateTimeOffset? at)
    {
        var source = BackupFolder.Open(folder);
        var list = source.Find(at);
        var mailbox = list.Mailboxes.FirstOrDefault(mailbox => string.Equals(mailbox.Address, address, StringComparison.OrdinalIgnoreCase))
            ?? throw new BackupException($"The backup of {list.StartedAt:u} has no mailbox {address}.");
        return BackedUpMailbox.Open(source, (list, mailbox), Path.Join(data.Root, "staging", $"restore-{Guid.NewGuid():N}"), time, logger);
    }

    /// <summary>The disk's failures in words.</summary>
    private static async Task<T> GuardedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            // Off the caller's thread: SQLite and the disk block.
            return await Task.Run(work);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{failed.Message} What is copied already stays; run it again when there is room and access.", failed);
        }
    }

    private static bool IsWithin(string folder, string root) =>
        (Path.GetFullPath(folder) + Path.DirectorySeparatorChar).StartsWith(Path.GetFullPath(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
