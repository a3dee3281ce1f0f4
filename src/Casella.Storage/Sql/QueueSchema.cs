using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>The schema of the queue: messages and the recipients of each that still wait.</summary>
internal static class QueueSchema
{
    public static Migrations Migrations { get; } = new(0x43_53_4d_51, [Version1, Version2, Version3, Version4, Version5]);

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

    /// <summary>
    /// How sure the way must be, mail that waits for its time, what became of each recipient, what domains have said of
    /// their servers (MTA-STS), and what was sent by whom.
    /// </summary>
    private const string Version2 = """
        ALTER TABLE messages ADD COLUMN security INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE messages ADD COLUMN hold_until INTEGER;

        ALTER TABLE messages ADD COLUMN message_id TEXT;
        ALTER TABLE messages ADD COLUMN owner_id INTEGER;

        CREATE TABLE fates(
            queue_id TEXT NOT NULL,
            owner_id INTEGER,
            message_id TEXT,
            reverse_path TEXT,
            address TEXT NOT NULL,
            state INTEGER NOT NULL,
            at INTEGER NOT NULL,
            status TEXT NOT NULL,
            diagnostic TEXT NOT NULL,
            server TEXT,
            security INTEGER NOT NULL);

        CREATE INDEX fates_by_queue_id ON fates(queue_id);
        CREATE INDEX fates_by_message_id ON fates(message_id) WHERE message_id IS NOT NULL;
        CREATE INDEX fates_by_address ON fates(address);
        CREATE INDEX fates_by_age ON fates(at);

        CREATE TABLE sts_policies(
            domain TEXT PRIMARY KEY,
            policy_id TEXT NOT NULL,
            policy TEXT NOT NULL,
            expires_at INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE sending(
            name TEXT NOT NULL,
            day INTEGER NOT NULL,
            recipients INTEGER NOT NULL,
            fresh INTEGER NOT NULL,
            told INTEGER NOT NULL,
            PRIMARY KEY(name, day)) WITHOUT ROWID;

        CREATE TABLE written_to(
            account_id INTEGER NOT NULL,
            hash BLOB NOT NULL,
            last_day INTEGER NOT NULL,
            PRIMARY KEY(account_id, hash)) WITHOUT ROWID;
        """;

    /// <summary>
    /// What is due is found without reading the whole queue. The domain of what waits already: what follows the last "@".
    /// </summary>
    private const string Version3 = """
        ALTER TABLE recipients ADD COLUMN domain TEXT NOT NULL DEFAULT '';
        UPDATE recipients SET domain=lower(replace(address, rtrim(address, replace(address, '@', '')), ''));
        CREATE INDEX recipients_by_domain ON recipients(domain, next_at);
        CREATE INDEX recipients_by_time ON recipients(next_at);
        """;

    /// <summary>
    /// Contents in a table of their own: within the messages' tree each look at a message walked through pages full of
    /// other messages' text. What became of mail to an address is found in whatever case it was written. And addresses that
    /// the office lets be tried again.
    /// </summary>
    private const string Version4 = """
        CREATE TABLE contents(
            id INTEGER PRIMARY KEY,
            content BLOB NOT NULL);

        ALTER TABLE messages ADD COLUMN content_id INTEGER;
        UPDATE messages SET content_id=numbered.id
        FROM (SELECT queue_id, row_number() OVER (ORDER BY queued_at, queue_id) AS id FROM messages WHERE content IS NOT NULL) AS numbered
        WHERE numbered.queue_id=messages.queue_id;
        INSERT INTO contents(id, content) SELECT content_id, content FROM messages WHERE content_id IS NOT NULL ORDER BY content_id;
        ALTER TABLE messages DROP COLUMN content;

        DROP INDEX fates_by_address;
        CREATE INDEX fates_by_address ON fates(lower(address));

        CREATE TABLE lifted(
            address TEXT PRIMARY KEY,
            at INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>
    /// Mail that can be called back: what it is called, by which change of its account it was filed, and what it was
    /// counted for. And mail is found by its Message-ID without reading the whole queue.
    /// </summary>
    private const string Version5 = """
        ALTER TABLE messages ADD COLUMN subject TEXT;
        ALTER TABLE messages ADD COLUMN filed INTEGER;

        CREATE INDEX messages_held ON messages(owner_id, hold_until) WHERE hold_until IS NOT NULL;
        CREATE INDEX messages_by_message_id ON messages(message_id) WHERE message_id IS NOT NULL;

        CREATE TABLE counted(
            queue_id TEXT NOT NULL REFERENCES messages(queue_id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            day INTEGER NOT NULL,
            recipients INTEGER NOT NULL,
            fresh INTEGER NOT NULL,
            PRIMARY KEY(queue_id, name)) WITHOUT ROWID;

        CREATE TABLE met(
            queue_id TEXT NOT NULL REFERENCES messages(queue_id) ON DELETE CASCADE,
            hash BLOB NOT NULL,
            PRIMARY KEY(queue_id, hash)) WITHOUT ROWID;
        """;
}
