using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Repairs;

/// <summary>
/// Makes an account's rows agree with each other again, in one transaction: what <see cref="Verification"/> counts and
/// compares is set to what is found. A message that has lost its place is told, not removed.
/// </summary>
internal sealed class RowRepair(Database database, AccountId account, DateTimeOffset now)
{
    private readonly List<StrayMessage> _strays = [];
    private readonly List<LostPlacement> _lost = [];
    private int _corrected;

    public (int Corrected, List<StrayMessage> Strays, IReadOnlyList<LostPlacement> Lost) Run()
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            RaiseNumbers();
            TakeOutPlacements();
            CountPlacements();
            FindStrayBodies();
            DropLooseRows();
            CorrectReadStates();
            foreach (var mailbox in new MailReader(database, account).Mailboxes())
                Count(mailbox);
            Change("UPDATE accounts SET used_bytes=n.bytes, used_messages=n.messages FROM (SELECT coalesce(sum(size),0) bytes, count(*) messages FROM messages WHERE account_id=?1 AND placements>0) n WHERE account_id=?1 AND (used_bytes<>n.bytes OR used_messages<>n.messages)");
            database.Execute("COMMIT");
            return (_corrected, _strays, _lost);
        }
        catch
        {
            database.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Numbers that were given are never given again.</summary>
    private void RaiseNumbers()
    {
        foreach (var (number, highest) in (IReadOnlyList<(string, string)>)
        [
            ("last_mailbox", "SELECT max(mailbox_id) FROM mailboxes"),
            ("last_email", "SELECT max(email_id) FROM (SELECT email_id FROM messages UNION ALL SELECT email_id FROM bodies)"),
            ("last_thread", "SELECT max(thread_id) FROM messages"),
            ("last_actor", "SELECT max(actor_id) FROM actors"),
            ("last_uid_validity", "SELECT max(uid_validity) FROM mailboxes"),
            ("modseq", "SELECT max(modseq) FROM (SELECT highest_modseq modseq FROM mailboxes UNION ALL SELECT modseq FROM placements UNION ALL SELECT modseq FROM changes)"),
        ])
            Change($"UPDATE accounts SET {number}=({highest}) WHERE account_id=?1 AND {number}<({highest})");
    }

    /// <summary>Placements of messages that are not there, or in mailboxes that are not.</summary>
    private void TakeOutPlacements()
    {
        const string Wrong = """
            SELECT p.mailbox_id, p.uid, p.flags, p.more_flags, p.received_at, p.size, p.email_id, m.email_id IS NOT NULL, d.email_id IS NOT NULL, b.mailbox_id IS NOT NULL
            FROM placements p
            LEFT JOIN messages m ON m.email_id=p.email_id
            LEFT JOIN bodies d ON d.email_id=p.email_id
            LEFT JOIN mailboxes b ON b.account_id=p.account_id AND b.mailbox_id=p.mailbox_id
            WHERE p.account_id=? AND (m.email_id IS NULL OR b.mailbox_id IS NULL)
            """;
        var wrong = new List<(long Mailbox, long Uid, bool HasMailbox)>();
        var rows = database[Wrong].Bind(account.Value);
        while (rows.Step())
        {
            var (mailbox, receivedAt, hasMailbox) = (new MailboxId(rows.Long(0)), DateTimeOffset.FromUnixTimeSeconds(rows.Long(4)), rows.Long(9) != 0);
            wrong.Add((rows.Long(0), rows.Long(1), hasMailbox));
            var flags = new MessageFlags(((UInt128)(ulong)rows.Long(3) << 64) | (ulong)rows.Long(2));
            if (rows.Long(7) != 0 || rows.Long(8) != 0)
                _strays.Add(new StrayMessage(new EmailId(rows.Long(6)), rows.Long(7) != 0, null, hasMailbox ? mailbox : null, flags, receivedAt));
            else
                _lost.Add(new LostPlacement(mailbox, receivedAt, rows.Long(5)));
        }

        if (wrong.Count == 0)
            return;
        // Programs that follow by ModSeq hear that it is gone.
        database["UPDATE accounts SET modseq=modseq+1 WHERE account_id=?"].Bind(account.Value).Run();
        foreach (var (mailbox, uid, hasMailbox) in wrong)
        {
            database["DELETE FROM placements WHERE account_id=? AND mailbox_id=? AND uid=?"].Bind(account.Value).Bind(mailbox).Bind(uid).Run();
            if (!hasMailbox)
                continue;
            database["INSERT OR IGNORE INTO tombstones(account_id, mailbox_id, modseq, uid) SELECT account_id, ?, modseq, ? FROM accounts WHERE account_id=?"]
                .Bind(mailbox).Bind(uid).Bind(account.Value).Run();
            database["UPDATE mailboxes SET last_expunge=(SELECT modseq FROM accounts), highest_modseq=(SELECT modseq FROM accounts) WHERE account_id=? AND mailbox_id=?"]
                .Bind(account.Value).Bind(mailbox).Run();
        }

        _corrected += wrong.Count;
    }

    /// <summary>A message that was in a mailbox and is found in none has lost its place, unless it was just taken out of one.</summary>
    private void CountPlacements()
    {
        var known = _strays.Where(stray => stray.IsKnown).Select(stray => stray.Email.Value).ToHashSet();
        var counts = new List<(long Message, long Found)>();
        var rows = database["SELECT m.email_id, m.placements, count(p.uid) n, coalesce(nullif(m.received_at,0), m.sent_at) FROM messages m LEFT JOIN placements p ON p.account_id=m.account_id AND p.email_id=m.email_id WHERE m.account_id=? GROUP BY m.email_id HAVING n<>m.placements"]
            .Bind(account.Value);
        while (rows.Step())
        {
            counts.Add((rows.Long(0), rows.Long(2)));
            if (rows.Long(2) == 0 && !known.Contains(rows.Long(0)))
                _strays.Add(new StrayMessage(new EmailId(rows.Long(0)), IsKnown: true, null, null, default, rows.LongOrNull(3) is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null));
        }

        foreach (var (message, found) in counts)
            database["UPDATE messages SET placements=?1, orphaned_at=CASE WHEN ?1=0 THEN coalesce(orphaned_at,?2) ELSE NULL END WHERE email_id=?3"]
                .Bind(found).Bind(now.ToUnixTimeSeconds()).Bind(message).Run();
        _corrected += counts.Count;
    }

    private void FindStrayBodies()
    {
        var known = _strays.Select(stray => stray.Email.Value).ToHashSet();
        var rows = database["SELECT b.email_id FROM bodies b LEFT JOIN messages m ON m.email_id=b.email_id WHERE b.account_id=? AND m.email_id IS NULL"]
            .Bind(account.Value);
        while (rows.Step())
            if (!known.Contains(rows.Long(0)))
                _strays.Add(new StrayMessage(new EmailId(rows.Long(0)), IsKnown: false, null, null, default, null));
    }

    private void DropLooseRows()
    {
        foreach (var table in (string[])["annotations", "access_keys", "seen", "tombstones"])
            Change($"DELETE FROM {table} WHERE account_id=?1 AND mailbox_id<>0 AND mailbox_id NOT IN (SELECT mailbox_id FROM mailboxes WHERE account_id=?1)");
        foreach (var table in (string[])["hidden", "sent_copies", "work"])
            Change($"DELETE FROM {table} WHERE account_id=?1 AND email_id NOT IN (SELECT email_id FROM messages)");
        Change("DELETE FROM tombstones WHERE account_id=?1 AND EXISTS(SELECT 1 FROM placements p WHERE p.account_id=?1 AND p.mailbox_id=tombstones.mailbox_id AND p.uid=tombstones.uid)");
    }

    /// <summary>What is marked as read and is not there would be counted for ever.</summary>
    private void CorrectReadStates()
    {
        var states = new ReadStateRows(database, account, () => { });
        var paused = states.Readers().Where(reader => reader.PausedAt is not null).Select(reader => reader.Person).ToHashSet();
        foreach (var page in states.Pages().Where(page => !paused.Contains(page.Person)))
        {
            var sound = ReadStateCheck.Corrected(database, account, page);
            if (sound.Words.AsSpan().SequenceEqual(page.Words))
                continue;
            states.Put(sound);
            _corrected++;
        }
    }

    private void Count(MailboxRow mailbox)
    {
        var placements = new List<Placement>();
        new MailReader(database, account).Placements(mailbox.Id, placements);
        var uidNext = placements.Count > 0 ? Math.Max(mailbox.UidNext.Value, placements[^1].Uid.Value + 1) : mailbox.UidNext.Value;
        var modSeq = Math.Max(mailbox.HighestModSeq.Value, placements.Count > 0 ? placements.Max(placement => placement.ModSeq.Value) : 0);
        var update = database["""
            UPDATE mailboxes SET messages=?1, unseen=?2, deleted=?3, size=?4, uid_next=?5, highest_modseq=?6 WHERE account_id=?7 AND mailbox_id=?8
            AND (messages<>?1 OR unseen<>?2 OR deleted<>?3 OR size<>?4 OR uid_next<>?5 OR highest_modseq<>?6)
            """];
        _corrected += update.Bind(placements.Count).Bind(placements.Count(placement => !placement.Flags.Has(MessageFlags.Seen)))
            .Bind(placements.Count(placement => placement.Flags.Has(MessageFlags.Deleted))).Bind(placements.Sum(placement => (long)placement.Size))
            .Bind((long)uidNext).Bind(modSeq).Bind(account.Value).Bind(mailbox.Id.Value).Run();
    }

    /// <summary>A statement whose only parameter is the account.</summary>
    private void Change(string sql) => _corrected += database[sql].Bind(account.Value).Run();
}
