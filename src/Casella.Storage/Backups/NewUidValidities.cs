using Casella.Storage.Sqlite;

namespace Casella.Storage.Backups;

/// <summary>
/// What a mailbox needs that goes back in time. Since its backup it has given UIDs to messages that are now unknown, and
/// will give them again to others; and messages that programs have seen go are back. RFC 9051 §2.3.1.1: then the
/// UIDVALIDITY must be a greater one. ModSeqs go on far behind those that programs may have seen (RFC 7162 §3.1.2.1
/// wants them to rise, whatever happened). EMAILIDs, by which POP3 names messages too, stay.
/// </summary>
internal static class NewUidValidities
{
    /// <summary>More changes than any mailbox makes between a backup and its use.</summary>
    private const long ModSeqLeap = 1L << 32;

    public static void Give(string file, DateTimeOffset now)
    {
        using var database = Database.Open(file, create: false);
        database["BEGIN IMMEDIATE"].Run();
        var last = Math.Max(database["SELECT last_uid_validity FROM accounts"].Scalar() ?? 0, now.ToUnixTimeSeconds() - 1);
        var mailboxes = new List<(long Account, long Mailbox)>();
        var rows = database["SELECT account_id, mailbox_id FROM mailboxes ORDER BY mailbox_id"];
        while (rows.Step())
            mailboxes.Add((rows.Long(0), rows.Long(1)));
        database["UPDATE accounts SET modseq=modseq+?"].Bind(ModSeqLeap).Run();
        foreach (var (account, mailbox) in mailboxes)
            database["UPDATE mailboxes SET uid_validity=?, highest_modseq=(SELECT modseq FROM accounts) WHERE account_id=? AND mailbox_id=?"]
                .Bind(++last).Bind(account).Bind(mailbox).Run();
        database["UPDATE accounts SET last_uid_validity=?"].Bind(last).Run();
        database["COMMIT"].Run();
    }
}
