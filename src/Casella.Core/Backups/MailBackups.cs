using Casella.Core.Storage;

namespace Casella.Core.Backups;

/// <summary>
/// Backups of the whole service: what the command line's backup does, in the running server or without one. A backup
/// is made beside the work (ADR 0030).
/// </summary>
public sealed class MailBackups
{
    private readonly IBackupStore _store;

    internal MailBackups(IBackupStore store) => _store = store;

    /// <summary>Makes a backup; what the folder has already is not copied again.</summary>
    /// <param name="program">Name and version of the program that makes it.</param>
    /// <exception cref="BackupException"/>
    public Task<BackupOutcome> WriteAsync(
        string folder, string program, Action<BackupProgress> progress, CancellationToken cancellationToken) =>
        _store.WriteAsync(folder, program, progress, cancellationToken);

    /// <summary>The last backup that came to its end; null before the first.</summary>
    public LastBackup? Last() => _store.Last();

    /// <summary>The whole backups of a folder, oldest first.</summary>
    /// <exception cref="BackupException"/>
    public IReadOnlyList<BackupInfo> List(string folder) => _store.List(folder);

    /// <summary>Lets all but the newest backups of a folder go, and what only they needed.</summary>
    /// <param name="keep">At least one.</param>
    /// <exception cref="BackupException">A backup that stays is damaged, or another is at work there.</exception>
    public Task<BackupsPruned> PruneAsync(string folder, int keep, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        return _store.PruneAsync(folder, keep, cancellationToken);
    }

    /// <summary>Reads everything that the backups of a folder name, and compares it with its hash.</summary>
    /// <param name="at">Only the last backup before; null for all.</param>
    /// <exception cref="BackupException"/>
    public Task<BackupCheck> VerifyAsync(
        string folder, DateTimeOffset? at, Action<BackupProgress> progress, CancellationToken cancellationToken) =>
        _store.VerifyAsync(folder, at, progress, cancellationToken);

    /// <summary>Puts a whole backup into the data folder; the caller holds the folder's lock and has nothing else open.</summary>
    /// <exception cref="BackupException"/>
    public Task<BackupInfo> RestoreAllAsync(
        string folder, RestoreAll request, Action<BackupProgress> progress, CancellationToken cancellationToken) =>
        _store.RestoreAllAsync(folder, request, progress, cancellationToken);
}
