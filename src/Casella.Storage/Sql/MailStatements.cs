namespace Casella.Storage.Sql;

/// <summary>
/// Every statement on an account's tables. Parameters in the order of their question marks; columns in the order the
/// readers name.
/// </summary>
internal static class MailStatements
{
    public const string Account =
        "SELECT modseq, used_bytes, used_messages, quota_limit, last_mailbox, last_email, last_thread, last_actor, last_uid_validity FROM accounts WHERE account_id=?";
    public const string InsertAccount =
        "INSERT OR IGNORE INTO accounts(account_id, modseq, used_bytes, used_messages, quota_limit, last_mailbox, last_email, last_thread, last_actor, last_uid_validity) VALUES(?,1,0,0,NULL,0,0,0,0,0)";
    public const string UpdateAccount =
        "UPDATE accounts SET modseq=?, used_bytes=?, used_messages=?, quota_limit=?, last_mailbox=?, last_email=?, last_thread=?, last_actor=?, last_uid_validity=? WHERE account_id=?";

    public const string Mailboxes =
        "SELECT mailbox_id, name, special_use, selectable, uid_validity, uid_next, highest_modseq, last_expunge, first_recent, messages, unseen, deleted, size FROM mailboxes WHERE account_id=?";
    public const string PutMailbox =
        "INSERT INTO mailboxes(account_id, mailbox_id, name, special_use, selectable, uid_validity, uid_next, highest_modseq, last_expunge, first_recent, messages, unseen, deleted, size) " +
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(account_id, mailbox_id) DO UPDATE SET name=excluded.name, special_use=excluded.special_use, " +
        "selectable=excluded.selectable, uid_validity=excluded.uid_validity, uid_next=excluded.uid_next, highest_modseq=excluded.highest_modseq, " +
        "last_expunge=excluded.last_expunge, first_recent=excluded.first_recent, messages=excluded.messages, unseen=excluded.unseen, " +
        "deleted=excluded.deleted, size=excluded.size";

    /// <summary>
    /// What changes with every message. Without the name, whose index would be written with each of them.
    /// </summary>
    public const string UpdateMailbox =
        "UPDATE mailboxes SET uid_next=?, highest_modseq=?, last_expunge=?, first_recent=?, messages=?, unseen=?, deleted=?, size=? " +
        "WHERE account_id=? AND mailbox_id=?";
    public const string DeleteMailbox = "DELETE FROM mailboxes WHERE account_id=? AND mailbox_id=?";

    public const string Subscriptions = "SELECT name FROM subscriptions WHERE account_id=?";
    public const string Subscribe = "INSERT OR IGNORE INTO subscriptions(account_id, name) VALUES(?,?)";
    public const string Unsubscribe = "DELETE FROM subscriptions WHERE account_id=? AND name=?";

    public const string Keywords = "SELECT name FROM keywords WHERE account_id=? ORDER BY number";
    public const string InsertKeyword = "INSERT INTO keywords(account_id, number, name) VALUES(?,?,?)";

    private const string PlacementColumns = "uid, flags, more_flags, modseq, size, received_at, email_id, saved_at, sent_at";
    public const string Placements = $"SELECT {PlacementColumns} FROM placements WHERE account_id=? AND mailbox_id=? ORDER BY uid";
    public const string PlacementsBetween =
        $"SELECT {PlacementColumns} FROM placements WHERE account_id=? AND mailbox_id=? AND uid BETWEEN ? AND ? ORDER BY uid";
    public const string Placement = $"SELECT {PlacementColumns} FROM placements WHERE account_id=? AND mailbox_id=? AND uid=?";
    public const string InsertPlacement =
        $"INSERT INTO placements(account_id, mailbox_id, {PlacementColumns}) VALUES(?,?,?,?,?,?,?,?,?,?,?)";
    // The order would lead the planner to the primary key: through every placement of the account.
    public const string PlacementsOf =
        $"SELECT {PlacementColumns}, mailbox_id FROM placements INDEXED BY placements_of_message WHERE account_id=? AND email_id=? ORDER BY mailbox_id, uid";
    public const string UpdateFlags =
        "UPDATE placements SET flags=?, more_flags=?, modseq=? WHERE account_id=? AND mailbox_id=? AND uid=?";

    // SQLite has no exclusive or.
    public const string ToggleFlags = """
        UPDATE placements SET flags=(flags|?1)-(flags&?1), more_flags=(more_flags|?2)-(more_flags&?2), modseq=?3
        WHERE account_id=?4 AND mailbox_id=?5 AND uid BETWEEN ?6 AND ?7
        """;
    public const string DeletePlacement = "DELETE FROM placements WHERE account_id=? AND mailbox_id=? AND uid=?";

    public const string InsertTombstone = "INSERT INTO tombstones(account_id, mailbox_id, modseq, uid) VALUES(?,?,?,?)";
    public const string Tombstones = "SELECT uid FROM tombstones WHERE account_id=? AND mailbox_id=? AND modseq>? ORDER BY uid";
    public const string DeleteTombstones = "DELETE FROM tombstones WHERE account_id=? AND mailbox_id=?";

    public const string InsertMessage =
        "INSERT INTO messages(email_id, account_id, object_id, thread_id, size, sha256, sent_at, sent_offset, has_attachments, placements, preview, base_subject, envelope, structure) " +
        "VALUES(?,?,?,?,?,?,?,?,?,0,?,?,?,?)";
    public const string InsertBody = "INSERT INTO bodies(email_id, account_id, header_size, header, body, blob) VALUES(?,?,?,?,?,?)";
    private const string FactColumns = "email_id, object_id, thread_id, sha256, sent_at, sent_offset, has_attachments";
    // By their numbers: the index on conversations has the account too, and is the long way round.
    private const string OfMessages = "FROM messages NOT INDEXED WHERE account_id=? AND email_id BETWEEN ? AND ? ORDER BY email_id";
    public const string FactsBetween = $"SELECT {FactColumns} {OfMessages}";
    public const string MessagesBetween = $"SELECT {FactColumns}, envelope, structure, preview {OfMessages}";
    public const string HeadersBetween = "SELECT email_id, header FROM bodies WHERE account_id=? AND email_id BETWEEN ? AND ? ORDER BY email_id";
    public const string Body =
        "SELECT b.header_size, b.header, b.body, b.blob, m.size, m.sha256 FROM bodies b JOIN messages m ON m.email_id=b.email_id WHERE b.account_id=? AND b.email_id=?";
    public const string BlobsOfMessages = "SELECT email_id, blob FROM bodies WHERE account_id=? AND blob IS NOT NULL";

    public const string CountPlacement =
        "UPDATE messages SET placements=placements+1, orphaned_at=NULL WHERE account_id=? AND email_id=? RETURNING placements";
    public const string UncountPlacement =
        "UPDATE messages SET placements=placements-1, received_at=?, orphaned_at=CASE WHEN placements=1 THEN ? ELSE NULL END WHERE account_id=? AND email_id=? RETURNING placements";
    public const string Kept = "SELECT size, received_at, sent_at FROM messages WHERE account_id=? AND email_id=?";
    public const string PlacementCount = "SELECT placements FROM messages WHERE account_id=? AND email_id=?";
    public const string Orphans =
        "SELECT email_id FROM messages WHERE account_id=? AND orphaned_at IS NOT NULL AND orphaned_at<? LIMIT ?";
    public const string FindByObjectId = "SELECT email_id FROM messages NOT INDEXED WHERE account_id=? AND object_id=?";
    public const string BlobOfMessage = "SELECT blob FROM bodies WHERE account_id=? AND email_id=? AND blob IS NOT NULL";
    public const string DeleteMessage = "DELETE FROM messages WHERE account_id=? AND email_id=?";
    public const string DeleteBody = "DELETE FROM bodies WHERE account_id=? AND email_id=?";

    public const string InsertMessageId = "INSERT OR IGNORE INTO message_ids(account_id, hash, email_id, thread_id) VALUES(?,?,?,?)";
    public const string FindThread = "SELECT thread_id FROM message_ids WHERE account_id=? AND hash=? LIMIT 1";
    public const string Threads = "SELECT email_id, thread_id FROM messages INDEXED BY messages_of_thread WHERE account_id=?";
    public const string ThreadsAfter = "SELECT email_id, thread_id FROM messages NOT INDEXED WHERE account_id=? AND email_id>? ORDER BY email_id";
    public const string MessagesOfThread = "SELECT email_id FROM messages WHERE account_id=? AND thread_id=? ORDER BY email_id LIMIT ?";
    public const string FindMessages = "SELECT email_id FROM message_ids WHERE account_id=? AND hash=? ORDER BY email_id";
    public const string MessagesAfter = "SELECT email_id FROM messages NOT INDEXED WHERE account_id=? AND email_id>? ORDER BY email_id LIMIT ?";
    public const string CountMessages = "SELECT count(*) FROM messages WHERE account_id=?";
    public const string DeleteMessageIds = "DELETE FROM message_ids WHERE account_id=? AND email_id=?";

    public const string FindActor =
        "SELECT actor_id FROM actors WHERE account_id=? AND person_id IS ? AND device_id IS ? AND protocol=? AND name=? AND client IS ?";
    public const string InsertActor =
        "INSERT INTO actors(account_id, actor_id, person_id, device_id, protocol, name, client) VALUES(?,?,?,?,?,?,?)";
    public const string InsertChange =
        "INSERT INTO changes(account_id, modseq, ordinal, kind, mailbox_id, other_id, actor_id, at, items, text) VALUES(?,?,?,?,?,?,?,?,?,?)";
    public const string Changes =
        "SELECT c.modseq, c.kind, c.mailbox_id, c.other_id, c.at, c.items, c.text, a.person_id, a.device_id, a.protocol, a.name, a.client " +
        "FROM changes c JOIN actors a ON a.account_id=c.account_id AND a.actor_id=c.actor_id " +
        "WHERE c.account_id=? AND c.modseq>? ORDER BY c.modseq, c.ordinal LIMIT ?";

    public const string ChangesBefore =
        "SELECT c.modseq, c.kind, c.mailbox_id, c.other_id, c.at, c.items, c.text, a.person_id, a.device_id, a.protocol, a.name, a.client " +
        "FROM changes c JOIN actors a ON a.account_id=c.account_id AND a.actor_id=c.actor_id " +
        "WHERE c.account_id=? AND c.modseq<? ORDER BY c.modseq DESC, c.ordinal DESC LIMIT ?";

    public const string Settings = "SELECT name, value FROM settings WHERE account_id=?";
    public const string PutSetting = "INSERT OR REPLACE INTO settings(account_id, name, value) VALUES(?,?,?)";
    public const string DeleteSetting = "DELETE FROM settings WHERE account_id=? AND name=?";

    public const string HasDelivery = "SELECT 1 FROM deliveries AS d JOIN messages AS m USING(email_id) WHERE d.account_id=? AND d.key=? AND m.placements>0";
    public const string InsertDelivery = "INSERT OR REPLACE INTO deliveries(account_id, key, at, email_id) VALUES(?,?,?,?)";
    public const string DeleteDeliveries = "DELETE FROM deliveries WHERE account_id=? AND at<?";
}
