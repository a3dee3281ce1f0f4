using Casella.Core;
using SQLitePCL;

namespace Casella.Storage.Sqlite;

/// <summary>What SQLite's result codes mean to the domain: now not, damaged, or a bug of ours.</summary>
internal static class SqliteFailure
{
    public static Exception Of(int code, string where, string? message)
    {
        var detail = $"SQLite {code} ({raw.sqlite3_errstr(code).utf8_to_string()}) in {where}: {message}";
        return (code & 0xff) switch
        {
            raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_BUSY
                or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM or raw.SQLITE_PERM or raw.SQLITE_INTERRUPT
                => new MailException(MailError.Unavailable, detail),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new MailException(MailError.Damaged, detail),
            _ => new InvalidOperationException(detail),
        };
    }
}
