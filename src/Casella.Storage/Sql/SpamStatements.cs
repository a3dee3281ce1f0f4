namespace Casella.Storage.Sql;

/// <summary>
/// Statements on what was learnt about spam: the same in an account's file and, for a whole domain, in spam.db.
/// </summary>
/// <param name="owner">The column that says whose it is.</param>
internal sealed class SpamStatements(string owner)
{
    public static SpamStatements OfAccount { get; } = new("account_id");
    public static SpamStatements OfDomain { get; } = new("domain_id");

    public string Totals { get; } = $"SELECT spam, ham FROM spam_totals WHERE {owner}=?";
    public string AddTotals { get; } =
        $"INSERT INTO spam_totals({owner}, spam, ham) VALUES(?1,max(?2,0),max(?3,0)) ON CONFLICT({owner}) DO UPDATE SET spam=max(spam+?2,0), ham=max(ham+?3,0)";
    public string Word { get; } = $"SELECT spam, ham FROM spam_words WHERE {owner}=? AND word=?";
    public string AddWord { get; } =
        $"INSERT INTO spam_words({owner}, word, spam, ham, day) VALUES(?1,?2,max(?3,0),max(?4,0),?5) ON CONFLICT({owner}, word) DO UPDATE SET spam=max(spam+?3,0), ham=max(ham+?4,0), day=?5";
    public string CountWords { get; } = $"SELECT COUNT(*) FROM spam_words WHERE {owner}=?";
    /// <summary>What was seen once goes before what was seen often, the older first.</summary>
    public string ForgetWords { get; } =
        $"DELETE FROM spam_words WHERE {owner}=?1 AND word IN (SELECT word FROM spam_words WHERE {owner}=?1 ORDER BY spam+ham>1, day LIMIT ?2)";

    public string Listed { get; } = $"SELECT entry, class, at FROM spam_list WHERE {owner}=? ORDER BY entry";
    public string ListedAs { get; } = $"SELECT class FROM spam_list WHERE {owner}=? AND entry=?";
    public string PutListed { get; } = $"INSERT OR REPLACE INTO spam_list({owner}, entry, class, at) VALUES(?,?,?,?)";
    public string DeleteListed { get; } = $"DELETE FROM spam_list WHERE {owner}=? AND entry=?";

    public const string LearnedTo = "SELECT learned_to FROM spam_totals WHERE account_id=?";
    public const string PutLearnedTo =
        "INSERT INTO spam_totals(account_id, spam, ham, learned_to) VALUES(?,0,0,?) ON CONFLICT(account_id) DO UPDATE SET learned_to=excluded.learned_to";
    public const string ClassOf = "SELECT class FROM spam_classes WHERE account_id=? AND email_id=?";
    public const string PutClass = "INSERT OR REPLACE INTO spam_classes(account_id, email_id, class, at) VALUES(?,?,?,?)";
    public const string DeleteClass = "DELETE FROM spam_classes WHERE account_id=? AND email_id=?";
    public const string ForgetClasses = "DELETE FROM spam_classes WHERE account_id=? AND at<?";

    public const string Sender = "SELECT first_at, written_to, spam FROM spam_senders WHERE account_id=? AND sender=?";
    public const string CountSenders = "SELECT COUNT(*) FROM spam_senders WHERE account_id=?";
    public const string MeetSender =
        "INSERT INTO spam_senders(account_id, sender, first_at, last_at, written_to, spam) VALUES(?1,?2,?3,?3,?4,max(?5,0)) ON CONFLICT(account_id, sender) DO UPDATE SET last_at=?3, written_to=max(written_to,?4), spam=max(spam+?5,0)";
    public const string ForgetSenders = "DELETE FROM spam_senders WHERE account_id=? AND last_at<?";

    public const string DomainId = "SELECT domain_id FROM domains WHERE name=?";
    public const string AddDomain = "INSERT INTO domains(name) VALUES(?) RETURNING domain_id";
    public const string ClassInDomain = "SELECT class FROM spam_classes WHERE domain_id=? AND account_id=? AND email_id=?";
    public const string PutClassInDomain = "INSERT OR REPLACE INTO spam_classes(domain_id, account_id, email_id, class, at) VALUES(?,?,?,?,?)";
    public const string DeleteClassInDomain = "DELETE FROM spam_classes WHERE domain_id=? AND account_id=? AND email_id=?";
    public const string ForgetClassesInDomain = "DELETE FROM spam_classes WHERE domain_id=? AND at<?";
}
