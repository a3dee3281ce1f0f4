namespace Casella.Storage.Sql;

/// <summary>Statements that keep the change log and the tombstones bounded.</summary>
internal static class LogStatements
{
    public const string NextChange = "SELECT modseq, at FROM changes WHERE account_id=? AND modseq>? ORDER BY modseq, ordinal LIMIT 1";
    public const string DeleteChanges = "DELETE FROM changes WHERE account_id=? AND modseq=?";

    public const string Bounds = "SELECT passed_to, passed_at, vanished_from FROM log_bounds WHERE account_id=?";
    public const string PutBounds = "INSERT OR REPLACE INTO log_bounds(account_id, passed_to, passed_at, vanished_from) VALUES(?,?,?,?)";

    public const string ForgetTombstones =
        "DELETE FROM tombstones WHERE account_id=?1 AND mailbox_id=?2 AND modseq<=?3 AND (modseq, uid) IN " +
        "(SELECT modseq, uid FROM tombstones WHERE account_id=?1 AND mailbox_id=?2 AND modseq<=?3 ORDER BY modseq, uid LIMIT ?4)";
}
