using Casella.Core.Backups;

namespace Casella.Core.Storage;

/// <summary>
/// Backups of all that the store keeps, in a folder that holds each content once. Failures are
/// <see cref="BackupException"/>.
/// </summary>
internal interface IBackupStore
{
    /// <summary>
    /// Makes a backup beside everything that goes on. Each mailbox is one moment of itself; the directory is copied last,
    /// so that it knows everybody whom the mailboxes name. What is in the folder already is not copied again. A backup
    /// that is cut leaves no list, and the next one goes on from what it had copied.
    /// </summary>
    Task<BackupOutcome> WriteAsync(string folder, string program, Action<BackupProgress> progress, CancellationToken cancellationToken);

    /// <summary>The last backup of this data folder that came to its end; null before the first.</summary>
    LastBackup? Last();

    /// <summary>The whole backups of a folder, oldest first.</summary>
    IReadOnlyList<BackupInfo> List(string folder);

    /// <summary>Lets all but the newest backups of a folder go.</summary>
    Task<BackupsPruned> PruneAsync(string folder, int keep, CancellationToken cancellationToken);

    /// <summary>Reads everything that the backups name and compares it with its hash.</summary>
    /// <param name="at">Only the backup of that moment (the last one before it); null for all.</param>
    Task<BackupCheck> VerifyAsync(string folder, DateTimeOffset? at, Action<BackupProgress> progress, CancellationToken cancellationToken);

    /// <summary>Puts a whole backup into the data folder, which nobody may have open.</summary>
    Task<BackupInfo> RestoreAllAsync(string folder, RestoreAll request, Action<BackupProgress> progress, CancellationToken cancellationToken);

    /// <summary>Opens one mailbox as a backup has it, for reading only; ends with its disposal.</summary>
    /// <param name="at">The last backup before; null for the newest.</param>
    Task<IBackedUpMailbox> OpenMailboxAsync(string folder, string address, DateTimeOffset? at, CancellationToken cancellationToken);
}

/// <summary>A mailbox account in a backup.</summary>
internal interface IBackedUpMailbox : IAsyncDisposable
{
    BackupInfo Backup { get; }
    AccountId Account { get; }

    /// <summary>A store that has this account and nothing else.</summary>
    IMailStore Store { get; }
}
