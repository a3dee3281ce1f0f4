using Casella.Core;
using Casella.Storage.Sqlite;
using SQLitePCL;

namespace Casella.Storage.Backups;

/// <summary>
/// A copy of a SQLite file that is in use: one read transaction of its own connection, so the writer goes on beside it
/// and the copy is one moment. Page for page, so that what has not changed has the same bytes at the same place the next
/// time.
/// </summary>
internal static class DatabaseCopy
{
    /// <summary>SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE: a backup leaves the file as it was, so that the next sees it unchanged.</summary>
    private const int NoCheckpointOnClose = 1006;

    /// <summary>How old a file must be for its time to show every later change: clocks of files tick in milliseconds.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public static void Take(string file, string target)
    {
        using var source = Database.Open(file, create: false);
        _ = raw.sqlite3_db_config(source.Handle, NoCheckpointOnClose, 1, out _);
        var opened = raw.sqlite3_open_v2(target, out var copy, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        using (copy)
        {
            Check(opened, target);
            // Nothing of it is trusted before it is hashed and synced piece by piece.
            Check(raw.sqlite3_exec(copy, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"), target);
            using var backup = raw.sqlite3_backup_init(copy, "main", source.Handle, "main");
            if (backup is null || backup.IsInvalid)
                throw SqliteFailure.Of(raw.sqlite3_errcode(copy), "backup", file);
            var code = raw.sqlite3_backup_step(backup, -1);
            if (code != raw.SQLITE_DONE)
                throw SqliteFailure.Of(code, "backup", file);
        }

        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>
    /// Sizes and times of the files: the same stamp later means that nothing was written in between. Null when a file is
    /// so young that a write might leave its time as it is.
    /// </summary>
    /// <param name="now">As files tell it.</param>
    public static string? Stamp(IEnumerable<string> databases, DateTime now)
    {
        var stamp = new System.Text.StringBuilder();
        var young = now - Settled;
        foreach (var name in databases.SelectMany(database => (string[])[database, database + "-wal"]))
        {
            var file = new FileInfo(name);
            if (!file.Exists || file.Length == 0)
                continue;
            if (file.LastWriteTimeUtc > young)
                return null;
            stamp.Append(System.Globalization.CultureInfo.InvariantCulture, $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks};");
        }

        return stamp.ToString();
    }

    private static void Check(int code, string file)
    {
        if (code != raw.SQLITE_OK)
            throw SqliteFailure.Of(code, "copy", file);
    }
}
