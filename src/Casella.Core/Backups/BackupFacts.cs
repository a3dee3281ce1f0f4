namespace Casella.Core.Backups;

/// <summary>A backup that is whole: its list was the last thing written.</summary>
/// <param name="Name">Its start in UTC, by which backups sort: "20261125T140000Z".</param>
/// <param name="Bytes">What it would take to restore, whatever of it is shared with other backups.</param>
public sealed record BackupInfo(
    string Name, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Program, int Mailboxes, long Bytes);

/// <summary>What went with old backups.</summary>
/// <param name="FreedBytes">That no other backup needs.</param>
public sealed record BackupsPruned(IReadOnlyList<string> Names, long FreedBytes);

/// <summary>What making a backup did.</summary>
/// <param name="Unchanged">Mailboxes that were taken over from an earlier backup without being read.</param>
/// <param name="WrittenBytes">New in the folder.</param>
/// <param name="Findings">What looked damaged while it was copied; it was copied as it is.</param>
public sealed record BackupOutcome(BackupInfo Backup, int Unchanged, long WrittenBytes, IReadOnlyList<string> Findings);

/// <summary>What a check of a backup folder found.</summary>
/// <param name="Pieces">Contents that were read and hashed, each once.</param>
public sealed record BackupCheck(int Backups, long Pieces, long Bytes, IReadOnlyList<string> Findings);

/// <summary>How far a copy is.</summary>
public sealed record BackupProgress(int Done, int All, string What, long Bytes);

/// <summary>A restore of everything.</summary>
/// <param name="At">The last backup before; null for the newest.</param>
/// <param name="Replace">What is in the data folder is set aside; else it must be empty.</param>
/// <param name="KeepUids">Nothing has happened since the backup, so programs may go on with what they know.</param>
/// <param name="WithQueue">Mail that waited then is sent.</param>
public sealed record RestoreAll(DateTimeOffset? At, bool Replace, bool KeepUids, bool WithQueue);

/// <param name="Folder">Where it is.</param>
public sealed record LastBackup(string Folder, string Name, DateTimeOffset FinishedAt);
