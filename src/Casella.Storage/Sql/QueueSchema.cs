using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>The schema of the queue: messages and the recipients of each that still wait.</summary>
internal static class QueueSchema
{
    public static Migrations Migrations { get; } = new(0x43_53_4d_51, [Version1]);

    private const string Version1 = """
        CREATE TABLE messages(
            queue_id TEXT PRIMARY KEY,
            account_id INTEGER,
            reverse_path TEXT,
            envelope_id TEXT,
            return_full INTEGER,
            queued_at INTEGER NOT NULL,
            size INTEGER NOT NULL,
            content BLOB,
            blob TEXT) WITHOUT ROWID;

        CREATE TABLE recipients(
            queue_id TEXT NOT NULL REFERENCES messages(queue_id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            address TEXT NOT NULL,
            notify INTEGER,
            original TEXT,
            attempts INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            delay_told INTEGER NOT NULL,
            last_error TEXT,
            PRIMARY KEY(queue_id, position)) WITHOUT ROWID;
        """;
}
