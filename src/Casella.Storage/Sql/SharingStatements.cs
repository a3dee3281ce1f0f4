namespace Casella.Storage.Sql;

/// <summary>
/// Statements on what devices and persons have of their own in an account: maildrop views, Sent copies, work, read
/// states.
/// </summary>
internal static class SharingStatements
{
    public const string MaildropStart = "SELECT starts_at FROM maildrops WHERE account_id=? AND device_id=?";
    public const string PutMaildropStart = "INSERT OR REPLACE INTO maildrops(account_id, device_id, starts_at) VALUES(?,?,?)";
    public const string Hidden = "SELECT email_id, copy FROM hidden WHERE account_id=? AND device_id=?";
    /// <summary>Nothing for a message whose content is gone for good.</summary>
    public const string Hide =
        "INSERT OR IGNORE INTO hidden(account_id, device_id, email_id, copy, modseq) " +
        "SELECT m.account_id, ?, m.email_id, ?, ? FROM messages m WHERE m.account_id=? AND m.email_id=?";
    public const string Unhide = "DELETE FROM hidden WHERE account_id=? AND device_id=? AND email_id=? AND modseq=?";
    public const string DeleteHidden = "DELETE FROM hidden WHERE account_id=? AND email_id=?";

    public const string SentCopies = "SELECT email_id, at, person_id, device_id FROM sent_copies WHERE account_id=?";
    public const string PutSentCopy = "INSERT OR REPLACE INTO sent_copies(account_id, email_id, at, person_id, device_id) VALUES(?,?,?,?,?)";
    public const string DeleteSentCopies = "DELETE FROM sent_copies WHERE account_id=? AND at<?";
    public const string DeleteSentCopy = "DELETE FROM sent_copies WHERE account_id=? AND email_id=?";

    private const string WorkColumns =
        "w.email_id, w.draft_id, w.since, w.until, w.marks, a.person_id, a.device_id, a.protocol, a.name, a.client " +
        "FROM work w JOIN actors a ON a.account_id=w.account_id AND a.actor_id=w.actor_id";
    public const string WorkOn = $"SELECT {WorkColumns} WHERE w.account_id=? AND w.email_id=? ORDER BY w.since, w.draft_id";
    public const string OpenWork = $"SELECT {WorkColumns} WHERE w.account_id=? AND w.until IS NOT NULL ORDER BY w.until, w.draft_id";
    public const string PutWork =
        "INSERT OR REPLACE INTO work(account_id, email_id, draft_id, actor_id, since, until, marks) VALUES(?,?,?,?,?,?,?)";
    public const string DeleteWork = "DELETE FROM work WHERE account_id=? AND email_id=? AND draft_id=?";
    public const string DeleteWorkOn = "DELETE FROM work WHERE account_id=? AND email_id=?";

    public const string Readers = "SELECT person_id, paused_at FROM readers WHERE account_id=?";
    public const string PutReader = "INSERT OR REPLACE INTO readers(account_id, person_id, paused_at) VALUES(?,?,?)";
    public const string SeenPages = "SELECT mailbox_id, page, person_id, bits FROM seen WHERE account_id=?";
    public const string SeenPagesAt = $"{SeenPages} AND mailbox_id=? AND page=?";
    public const string PutSeenPage = "INSERT OR REPLACE INTO seen(account_id, mailbox_id, page, person_id, bits) VALUES(?,?,?,?,?)";
    public const string DeleteSeenPage = "DELETE FROM seen WHERE account_id=? AND mailbox_id=? AND page=? AND person_id=?";
    public const string DeleteSeenOfMailbox = "DELETE FROM seen WHERE account_id=? AND mailbox_id=?";
}
