namespace Casella.Storage.Sql;

/// <summary>Statements on annotations. Mailbox 0 is the account as a whole.</summary>
internal static class AnnotationStatements
{
    public const string OfOwner =
        "SELECT entry, value FROM annotations WHERE account_id=? AND mailbox_id=? AND owner=? ORDER BY entry";
    public const string Named = "SELECT mailbox_id, value FROM annotations WHERE account_id=? AND owner=0 AND entry=? ORDER BY mailbox_id";
    public const string Put =
        "INSERT OR REPLACE INTO annotations(account_id, mailbox_id, owner, entry, value) VALUES(?,?,?,?,?)";
    public const string Delete = "DELETE FROM annotations WHERE account_id=? AND mailbox_id=? AND owner=? AND entry=?";
    public const string DeleteOfMailbox = "DELETE FROM annotations WHERE account_id=? AND mailbox_id=?";
    public const string Copy =
        "INSERT OR REPLACE INTO annotations(account_id, mailbox_id, owner, entry, value) " +
        "SELECT account_id, ?3, owner, entry, value FROM annotations WHERE account_id=?1 AND mailbox_id=?2";
    public const string Octets = "SELECT coalesce(sum(length(value)),0) FROM annotations WHERE account_id=?";
}
