using System.IO.Hashing;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Storage.Bodies;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>
/// Queries on one account through one connection. The transaction derives from it and answers what it has changed from
/// its own memory.
/// </summary>
internal class MailReader(Database database, AccountId account) : IMailReader
{
    protected Database Database => database;

    /// <summary>For the queries that only the store itself makes.</summary>
    internal Database Connection => database;
    protected AccountId AccountId => account;

    public virtual AccountRow Account => ReadAccount().Row;

    public virtual IReadOnlyList<MailboxRow> Mailboxes() => ReadMailboxes();

    public virtual MailboxRow? Mailbox(MailboxId mailbox) => ReadMailboxes().Find(row => row.Id == mailbox);

    public IReadOnlyList<string> Subscriptions() => Texts(MailStatements.Subscriptions);
    public IReadOnlyList<string> Keywords() => Texts(MailStatements.Keywords);

    public void Placements(MailboxId mailbox, List<Placement> into)
    {
        var rows = database[MailStatements.Placements].Bind(account.Value).Bind(mailbox.Value);
        while (rows.Step())
            into.Add(ReadPlacement(rows));
    }

    public Placement? Placement(MailboxId mailbox, Uid uid)
    {
        var row = database[MailStatements.Placement].Bind(account.Value).Bind(mailbox.Value).Bind(uid.Value);
        if (!row.Step())
            return null;
        var placement = ReadPlacement(row);
        row.Reset();
        return placement;
    }

    public IReadOnlyList<MessageRow> Messages(IReadOnlyList<EmailId> ids, MessageNeeds needs)
    {
        var rows = new List<MessageRow>(ids.Count);
        foreach (var id in ids)
            if (ReadMessage(id, needs) is { } row)
                rows.Add(row);
        return rows;
    }

    public IReadOnlyList<Uid> Tombstones(MailboxId mailbox, ModSeq since)
    {
        var uids = new List<Uid>();
        var rows = database[MailStatements.Tombstones].Bind(account.Value).Bind(mailbox.Value).Bind(since.Value);
        while (rows.Step())
            uids.Add(new Uid((uint)rows.Long(0)));
        return uids;
    }

    public IReadOnlyList<ChangeRow> Changes(ModSeq since, int limit)
    {
        var changes = new List<ChangeRow>();
        var row = database[MailStatements.Changes].Bind(account.Value).Bind(since.Value).Bind(limit);
        while (row.Step())
        {
            var actor = new Actor(
                row.LongOrNull(7) is { } person ? new PersonId(person) : null,
                row.LongOrNull(8) is { } device ? new DeviceId(device) : null,
                (AccessProtocol)row.Long(9), row.Text(10), row.TextOrNull(11));
            changes.Add(new ChangeRow(
                new ModSeq(row.Long(0)), (ChangeKind)row.Long(1), MailboxOrNull(row, 2), MailboxOrNull(row, 3), actor,
                DateTimeOffset.FromUnixTimeMilliseconds(row.Long(4)), ChangedItems.Unpack(row.Span(5)), row.TextOrNull(6)));
        }

        return changes;
    }

    public ThreadId? FindThread(IReadOnlyList<string> messageIds)
    {
        foreach (var id in messageIds)
            if (database[MailStatements.FindThread].Bind(account.Value).Bind(HashOf(id)).Scalar() is { } thread)
                return new ThreadId(thread);
        return null;
    }

    public IReadOnlyList<PlacementAt> PlacementsOf(EmailId message)
    {
        var placements = new List<PlacementAt>();
        var rows = database[MailStatements.PlacementsOf].Bind(account.Value).Bind(message.Value);
        while (rows.Step())
            placements.Add(new PlacementAt(new MailboxId(rows.Long(8)), ReadPlacement(rows)));
        return placements;
    }

    public IReadOnlyList<EmailId> FindMessages(string messageId)
    {
        var messages = new List<EmailId>();
        var rows = database[MailStatements.FindMessages].Bind(account.Value).Bind(HashOf(messageId));
        while (rows.Step())
            messages.Add(new EmailId(rows.Long(0)));
        return messages;
    }

    public void SeenBy(List<SeenRow> into) => ReadSeen(database[MailStatements.SeenBy].Bind(account.Value), into);

    public IReadOnlyList<SeenRow> SeenBy(MailboxId mailbox, Uid uid)
    {
        var seen = new List<SeenRow>();
        ReadSeen(database[MailStatements.SeenByAt].Bind(account.Value).Bind(mailbox.Value).Bind(uid.Value), seen);
        return seen;
    }

    public virtual IReadOnlyDictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var rows = database[MailStatements.Settings].Bind(account.Value);
        while (rows.Step())
            settings[rows.Text(0)] = rows.Text(1);
        return settings;
    }

    public bool HasDelivery(ReadOnlySpan<byte> key) =>
        database[MailStatements.HasDelivery].Bind(account.Value).Bind(key).Scalar() is not null;

    /// <summary>
    /// Message-IDs are kept as 64-bit hashes: the index is small, and a collision only joins two conversations.
    /// </summary>
    protected static long HashOf(string messageId) =>
        (long)XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(messageId));

    protected (AccountRow Row, LastNumbers Last) ReadAccount()
    {
        var row = database[MailStatements.Account].Bind(account.Value);
        if (!row.Step())
            throw new MailException(MailError.Damaged, $"account {account.Value} has no row in its file");
        var read = (new AccountRow(account, new ModSeq(row.Long(0)), row.Long(1), row.Long(2), row.LongOrNull(3)),
            new LastNumbers(row.Long(4), row.Long(5), row.Long(6), row.Long(7), row.Long(8)));
        row.Reset();
        return read;
    }

    protected List<MailboxRow> ReadMailboxes()
    {
        var mailboxes = new List<MailboxRow>();
        var row = database[MailStatements.Mailboxes].Bind(account.Value);
        while (row.Step())
            mailboxes.Add(new MailboxRow(
                new MailboxId(row.Long(0)), MailboxName.Parse(row.Text(1)), (SpecialUse)row.Long(2), row.Long(3) != 0,
                (uint)row.Long(4), new Uid((uint)row.Long(5)), new ModSeq(row.Long(6)), new ModSeq(row.Long(7)),
                new Uid((uint)row.Long(8)), (int)row.Long(9), (int)row.Long(10), (int)row.Long(11), row.Long(12)));
        return mailboxes;
    }

    private MessageRow? ReadMessage(EmailId id, MessageNeeds needs)
    {
        var row = new MessageRow(id);
        var found = true;
        if (needs.HasFlag(MessageNeeds.Envelope | MessageNeeds.Structure))
            found &= Read(MailStatements.EnvelopeAndStructure, id, r => row = row with { Envelope = r.Blob(0), Structure = r.Blob(1) });
        else if (needs.HasFlag(MessageNeeds.Envelope))
            found &= Read(MailStatements.Envelope, id, r => row = row with { Envelope = r.Blob(0) });
        else if (needs.HasFlag(MessageNeeds.Structure))
            found &= Read(MailStatements.Structure, id, r => row = row with { Structure = r.Blob(0) });
        if (found && needs.HasFlag(MessageNeeds.Preview))
            found &= Read(MailStatements.Preview, id, r => row = row with { Preview = r.Text(0) });
        if (found && needs.HasFlag(MessageNeeds.Header))
            found &= Read(MailStatements.Header, id, r => row = row with { Header = HeaderOf(r, id) });
        if (found && needs.HasFlag(MessageNeeds.Facts))
            found &= Read(MailStatements.Facts, id, r => row = row with { Facts = FactsOf(r) });
        return found ? row : null;
    }

    private bool Read(string sql, EmailId id, Action<Statement> take)
    {
        var row = database[sql].Bind(account.Value).Bind(id.Value);
        if (!row.Step())
            return false;
        try
        {
            take(row);
        }
        finally
        {
            row.Reset();
        }

        return true;
    }

    /// <summary>
    /// A header over the inline limit lives only in the blob: then nothing is here, and Core reads it through the
    /// message's content.
    /// </summary>
    private static ReadOnlyMemory<byte> HeaderOf(Statement row, EmailId id) =>
        row.IsNull(0) ? ReadOnlyMemory<byte>.Empty : StoredPiece.Unpack(row.Span(0), $"header of message {id.Value}");

    private static MessageFacts FactsOf(Statement row)
    {
        DateTimeOffset? sent = row.LongOrNull(3) is { } at
            ? DateTimeOffset.FromUnixTimeSeconds(at).ToOffset(TimeSpan.FromMinutes(row.Long(4)))
            : null;
        return new MessageFacts(row.Text(0), new ThreadId(row.Long(1)), row.Blob(2), sent, row.Long(5) != 0);
    }

    private List<string> Texts(string sql)
    {
        var texts = new List<string>();
        var rows = database[sql].Bind(account.Value);
        while (rows.Step())
            texts.Add(rows.Text(0));
        return texts;
    }

    private static void ReadSeen(Statement rows, List<SeenRow> into)
    {
        while (rows.Step())
            into.Add(new SeenRow(new MailboxId(rows.Long(0)), new Uid((uint)rows.Long(1)), new PersonId(rows.Long(2))));
    }

    private static MailboxId? MailboxOrNull(Statement row, int column) =>
        row.LongOrNull(column) is { } value ? new MailboxId(value) : null;

    private static Placement ReadPlacement(Statement row) => new(
        new Uid((uint)row.Long(0)),
        new EmailId(row.Long(6)),
        new MessageFlags(new UInt128((ulong)row.Long(2), (ulong)row.Long(1))),
        new ModSeq(row.Long(3)),
        (uint)row.Long(4),
        row.Long(5),
        row.Long(7));
}

/// <summary>Numbers an account has given out last; never given again, also after deletions.</summary>
internal readonly record struct LastNumbers(long Mailbox, long Email, long Thread, long Actor, long UidValidity);
