using System.Security.Cryptography;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Storage.Sqlite;

/// <summary>
/// Checks everything that must be true of one account: the file itself, each counter against a recount, UID and ModSeq
/// rules, references, and every body against its SHA-256. Tells each finding in words; changes nothing.
/// </summary>
internal sealed class Verification(
    SqliteMailStore store, IBlobStore blobs, AccountId account, string space, Action<string> finding)
{
    private const int Batch = 500;

    private readonly SortedSet<long> _bodies = [];
    private bool _areRowsSound = true;
    private bool _isIndexSound = true;

    /// <summary>Each step by itself: a file that is damaged here may tell much there.</summary>
    public async Task<AccountFindings> RunAsync(CancellationToken cancellationToken)
    {
        await TryAsync(() => store.ReadDatabaseAsync(account, CheckFile, cancellationToken));
        await TryAsync(() => store.ReadAsync(account, reader => { CheckMailboxes(reader); return true; }, cancellationToken));
        await TryAsync(() => store.ReadDatabaseAsync(account, CheckReferences, cancellationToken));
        await TryAsync(() => store.ReadDatabaseAsync(account, database => ReadStateCheck.Run(database, account, OfRows), cancellationToken));
        await TryAsync(() => CheckBlobsAsync(cancellationToken));
        await TryAsync(() => CheckBodiesAsync(cancellationToken));
        await TryAsync(() => CheckIndexAsync(cancellationToken));
        return new AccountFindings(_areRowsSound, _isIndexSound, [.. _bodies.Select(body => new EmailId(body))]);
    }

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (MailException damaged) when (damaged.Error is MailError.Damaged or MailError.NoSuchAddress)
        {
            if (_areRowsSound)
                OfRows($"the file is damaged: {damaged.Detail}");
        }
    }

    private void OfRows(string what)
    {
        _areRowsSound = false;
        finding(what);
    }

    private void OfBody(long message, string? what)
    {
        // A blob that is missing is missed twice: as a file, and when its bytes are read.
        if (_bodies.Add(message))
            finding($"message {message}: {what}");
    }

    private void OfIndex(string what)
    {
        _isIndexSound = false;
        finding(what);
    }

    private bool CheckFile(Database database)
    {
        var rows = database["PRAGMA integrity_check(100)"];
        while (rows.Step())
            if (!string.Equals(rows.Text(0), "ok", StringComparison.Ordinal))
                OfRows($"the file is damaged: {rows.Text(0)}");
        return true;
    }

    private void CheckMailboxes(IMailReader reader)
    {
        var known = reader.Account;
        foreach (var mailbox in reader.Mailboxes())
        {
            var placements = new List<Placement>();
            reader.Placements(mailbox.Id, placements);
            var name = mailbox.Name.Value;
            Expect($"{name}: messages", mailbox.Messages, placements.Count);
            Expect($"{name}: unseen", mailbox.Unseen, placements.Count(p => !p.Flags.Has(MessageFlags.Seen)));
            Expect($"{name}: deleted", mailbox.Deleted, placements.Count(p => p.Flags.Has(MessageFlags.Deleted)));
            Expect($"{name}: size", mailbox.Size, placements.Sum(p => (long)p.Size));
            if (mailbox.HighestModSeq > known.ModSeq)
                OfRows($"{name}: its ModSeq {mailbox.HighestModSeq.Value} is above the account's {known.ModSeq.Value}");
            foreach (var placement in placements)
                if (placement.Uid >= mailbox.UidNext || placement.ModSeq > mailbox.HighestModSeq || placement.Uid.Value == 0)
                    OfRows($"{name}: UID {placement.Uid.Value} (ModSeq {placement.ModSeq.Value}) is beyond UIDNEXT {mailbox.UidNext.Value} or ModSeq {mailbox.HighestModSeq.Value}");
            CheckTombstones(reader, mailbox, placements);
        }
    }

    private void CheckTombstones(IMailReader reader, MailboxRow mailbox, List<Placement> placements)
    {
        var alive = placements.Select(p => p.Uid).ToHashSet();
        foreach (var uid in reader.Tombstones(mailbox.Id, new ModSeq(0)))
            if (alive.Contains(uid))
                OfRows($"{mailbox.Name.Value}: UID {uid.Value} is expunged and present at once");
    }

    private bool CheckReferences(Database database)
    {
        Each(database, "SELECT p.mailbox_id, p.uid FROM placements p LEFT JOIN messages m ON m.email_id=p.email_id WHERE p.account_id=? AND m.email_id IS NULL",
            row => OfRows($"mailbox {row.Long(0)} UID {row.Long(1)}: its message is missing"));
        Each(database, "SELECT p.mailbox_id, p.uid FROM placements p LEFT JOIN mailboxes b ON b.account_id=p.account_id AND b.mailbox_id=p.mailbox_id WHERE p.account_id=? AND b.mailbox_id IS NULL",
            row => OfRows($"UID {row.Long(1)} is in mailbox {row.Long(0)}, which does not exist"));
        Each(database, "SELECT m.email_id FROM messages m LEFT JOIN bodies b ON b.email_id=m.email_id WHERE m.account_id=? AND b.email_id IS NULL",
            row => OfBody(row.Long(0), "its body is missing"));
        Each(database, "SELECT m.email_id, m.placements, count(p.uid) n FROM messages m LEFT JOIN placements p ON p.account_id=m.account_id AND p.email_id=m.email_id WHERE m.account_id=? GROUP BY m.email_id HAVING n<>m.placements",
            row => OfRows($"message {row.Long(0)}: counted in {row.Long(1)} mailboxes, found in {row.Long(2)}"));
        foreach (var table in (string[])["annotations", "access_keys"])
            Each(database, $"SELECT DISTINCT n.mailbox_id FROM {table} n LEFT JOIN mailboxes b ON b.account_id=n.account_id AND b.mailbox_id=n.mailbox_id WHERE n.account_id=? AND n.mailbox_id<>0 AND b.mailbox_id IS NULL",
                row => OfRows($"{table}: mailbox {row.Long(0)} does not exist"));
        foreach (var table in (string[])["hidden", "sent_copies", "work"])
            Each(database, $"SELECT DISTINCT t.email_id FROM {table} t LEFT JOIN messages m ON m.email_id=t.email_id WHERE t.account_id=? AND m.email_id IS NULL",
                row => OfRows($"{table}: message {row.Long(0)} does not exist"));
        Each(database, "SELECT a.used_bytes, a.used_messages, coalesce(sum(m.size),0), count(m.email_id) FROM accounts a LEFT JOIN messages m ON m.account_id=a.account_id AND m.placements>0 WHERE a.account_id=?",
            row =>
            {
                Expect("used bytes", row.Long(0), row.Long(2));
                Expect("used messages", row.Long(1), row.Long(3));
            });
        return true;
    }

    /// <summary>Every row's blob is there and whole enough to open; its bytes are read with the bodies.</summary>
    private async Task CheckBlobsAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, message) in await store.BlobNamesAsync(account, cancellationToken))
            try
            {
                await using var blob = await blobs.OpenAsync(space, name, cancellationToken);
            }
            catch (MailException damaged)
            {
                OfBody(message, damaged.Detail);
            }
    }

    private async Task CheckBodiesAsync(CancellationToken cancellationToken)
    {
        for (long after = 0; ;)
        {
            var from = after;
            var batch = await store.ReadDatabaseAsync(account, database => NextMessages(database, from), cancellationToken);
            if (batch.Count == 0)
                return;
            foreach (var (message, sha256) in batch)
                await CheckBodyAsync(new EmailId(message), sha256, cancellationToken);
            after = batch[^1].Message;
        }
    }

    private List<(long Message, byte[] Sha256)> NextMessages(Database database, long after)
    {
        var messages = new List<(long, byte[])>();
        var rows = database["SELECT email_id, sha256 FROM messages WHERE account_id=? AND email_id>? ORDER BY email_id LIMIT ?"]
            .Bind(account.Value).Bind(after).Bind(Batch);
        while (rows.Step())
            messages.Add((rows.Long(0), rows.Blob(1)));
        return messages;
    }

    private async Task CheckBodyAsync(EmailId message, byte[] sha256, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenAsync(account, message, cancellationToken);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (long at = 0; at < content.Size; at += 128 * 1024)
                hash.AppendData((await content.ReadAsync(at, 128 * 1024, cancellationToken)).Span);
            if (!hash.GetHashAndReset().AsSpan().SequenceEqual(sha256))
                OfBody(message.Value, "its bytes do not match their SHA-256");
            var row = await store.ReadAsync(
                account, reader => reader.Messages([message], MessageNeeds.Envelope | MessageNeeds.Structure), cancellationToken);
            _ = CompactForm.ReadEnvelope(row[0].Envelope);
            _ = CompactForm.ReadStructure(row[0].Structure);
        }
        catch (MailException damaged)
        {
            // Without a body at all it was named with the references.
            if (damaged.Error is not MailError.NoSuchMessage)
                OfBody(message.Value, damaged.Detail);
        }
        catch (FormatException damaged)
        {
            finding($"message {message.Value}: envelope or structure: {damaged.Message}");
        }
    }

    /// <summary>
    /// Up to its mark the index has every message; one that it lacks would not be found. Others it has too long (what
    /// was removed is taken out within the hour), which harms nobody.
    /// </summary>
    private async Task CheckIndexAsync(CancellationToken cancellationToken)
    {
        try
        {
            var mark = await store.Search.MarkAsync(account, cancellationToken);
            var modSeq = await store.ReadAsync(account, reader => reader.Account.ModSeq, cancellationToken);
            if (mark.ModSeq > modSeq)
                OfIndex($"its full-text index is of ModSeq {mark.ModSeq.Value}, the account of {modSeq.Value}: run casella index rebuild");
            for (var after = new EmailId(0); after.Value < mark.Last.Value;)
            {
                var from = after;
                var messages = await store.ReadAsync(account, reader => reader.MessagesAfter(from, Batch), cancellationToken);
                if (messages.Count == 0)
                    return;
                var indexed = (await store.Search.MessagesAsync(account, from, Batch, cancellationToken)).ToHashSet();
                foreach (var message in messages.Where(message => message.Value <= mark.Last.Value && !indexed.Contains(message)))
                    if ((await store.Search.MessagesAsync(account, new EmailId(message.Value - 1), 1, cancellationToken)) is not [var next] || next != message)
                        OfIndex($"message {message.Value} is missing in the full-text index: run casella index rebuild");
                after = messages[^1];
            }
        }
        catch (MailException damaged) when (damaged.Error == MailError.Damaged)
        {
            OfIndex($"its full-text index was damaged and is made anew: {damaged.Detail}");
        }
    }

    private void Each(Database database, string sql, Action<Statement> take)
    {
        var rows = database[sql].Bind(account.Value);
        while (rows.Step())
            take(rows);
    }

    private void Expect(string what, long counted, long found)
    {
        if (counted != found)
            OfRows($"{what}: counted {counted}, found {found}");
    }
}
