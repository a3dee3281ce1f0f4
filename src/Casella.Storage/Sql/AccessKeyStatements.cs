namespace Casella.Storage.Sql;

/// <summary>Statements on mailbox access keys (RFC 4467 §2.2). Person 0 is who signs in with the common password.</summary>
internal static class AccessKeyStatements
{
    public const string Find = "SELECT key FROM access_keys WHERE account_id=? AND mailbox_id=? AND person_id=?";
    public const string Put = "INSERT OR REPLACE INTO access_keys(account_id, mailbox_id, person_id, key) VALUES(?,?,?,?)";
    public const string DeleteOfPerson = "DELETE FROM access_keys WHERE account_id=? AND person_id=?";
    public const string DeleteOfMailbox = "DELETE FROM access_keys WHERE account_id=? AND mailbox_id=?";
}
