namespace Casella.Storage.Sql;

/// <summary>Statements on notices, use by day, alerts and automatic answers.</summary>
internal static class CareStatements
{
    public const string InsertNotice =
        "INSERT INTO notices(account_id, notice_id, kind, at, facts) SELECT ?1, coalesce(max(notice_id),0)+1, ?2, ?3, ?4 FROM notices WHERE account_id=?1";
    public const string PendingNotices =
        "SELECT notice_id, kind, at, facts FROM notices WHERE account_id=? AND sent_at IS NULL ORDER BY notice_id";
    public const string SetNoticeSent = "UPDATE notices SET sent_at=? WHERE account_id=? AND notice_id=?";
    public const string LastNotice = "SELECT max(at) FROM notices WHERE account_id=? AND kind=?";
    public const string ForgetNotices =
        "DELETE FROM notices WHERE account_id=?1 AND sent_at IS NOT NULL AND at<?2 AND notice_id<(SELECT max(notice_id) FROM notices WHERE account_id=?1)";

    public const string InsertUsage = "INSERT OR IGNORE INTO daily_usage(account_id, day, used_bytes) VALUES(?,?,?)";
    public const string Usage = "SELECT day, used_bytes FROM daily_usage WHERE account_id=? AND day>=? ORDER BY day";
    public const string ForgetUsage = "DELETE FROM daily_usage WHERE account_id=? AND day<?";

    public const string LastAlert = "SELECT at FROM alerts WHERE account_id=? AND device=?";
    public const string PutAlert = "INSERT OR REPLACE INTO alerts(account_id, device, at) VALUES(?,?,?)";
    public const string ForgetAlerts = "DELETE FROM alerts WHERE account_id=? AND at<?";

    public const string LastAnswer = "SELECT at FROM answered WHERE account_id=? AND sender=?";
    public const string PutAnswer = "INSERT OR REPLACE INTO answered(account_id, sender, at) VALUES(?,?,?)";
    public const string ForgetAnswers = "DELETE FROM answered WHERE account_id=? AND at<?";
}
