namespace Casella.Storage.Sql;

/// <summary>Statements on mail that was brought over from another server.</summary>
internal static class MigrationStatements
{
    public const string OfFolder =
        "SELECT old_uid, email_id, mailbox_id, uid, old_flags, old_keywords FROM migrated WHERE account_id=? AND source=? AND folder=? AND uid_validity=? ORDER BY old_uid";

    public const string Put =
        "INSERT OR REPLACE INTO migrated(account_id, source, folder, uid_validity, old_uid, email_id, mailbox_id, uid, old_flags, old_keywords) VALUES(?,?,?,?,?,?,?,?,?,?)";

    public const string Delete = "DELETE FROM migrated WHERE account_id=? AND source=? AND folder=? AND uid_validity=? AND old_uid=?";
    public const string PutUniqueId = "INSERT OR REPLACE INTO old_unique_ids(account_id, email_id, unique_id) VALUES(?,?,?)";
    public const string UniqueIds = "SELECT email_id, unique_id FROM old_unique_ids WHERE account_id=?";
}
