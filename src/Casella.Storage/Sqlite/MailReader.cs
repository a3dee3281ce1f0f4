using System.IO.Hashing;
using Casella.Core;
using Casella.Core.Annotations;
using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
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

    public IReadOnlyList<Annotation> Annotations(MailboxId? mailbox, AnnotationOwner owner)
    {
        var annotations = new List<Annotation>();
        var rows = database[AnnotationStatements.OfOwner].Bind(account.Value).Bind(mailbox?.Value ?? 0).Bind(owner.Value);
        while (rows.Step())
            annotations.Add(new Annotation(AnnotationEntry.Parse(rows.Text(0)), rows.Blob(1)));
        return annotations;
    }

    public ReadOnlyMemory<byte>? AccessKey(MailboxId mailbox, PersonId? person)
    {
        var row = database[AccessKeyStatements.Find].Bind(account.Value).Bind(mailbox.Value).Bind(person?.Value ?? 0);
        if (!row.Step())
            return null;
        var key = row.Blob(0);
        row.Reset();
        return key;
    }

    public IReadOnlyDictionary<EmailId, string> OldUniqueIds()
    {
        var ids = new Dictionary<EmailId, string>();
        var rows = database[MigrationStatements.UniqueIds].Bind(account.Value);
        while (rows.Step())
            ids[new EmailId(rows.Long(0))] = rows.Text(1);
        return ids;
    }

    public IReadOnlyList<string> Subscriptions() => Texts(MailStatements.Subscriptions);
    public IReadOnlyList<string> Keywords() => Texts(MailStatements.Keywords);

    public void Placements(MailboxId mailbox, List<Placement> into)
    {
        var rows = database[MailStatements.Placements].Bind(account.Value).Bind(mailbox.Value);
        while (rows.Step())
            into.Add(ReadPlacement(rows));
    }

    public IReadOnlyList<Placement> Placements(MailboxId mailbox, IReadOnlyList<Uid> uids)
    {
        var placements = new List<Placement>(uids.Count);
        foreach (var run in UidRange.Of(uids))
            for (var rows = database[MailStatements.PlacementsBetween].Bind(account.Value).Bind(mailbox.Value)
                .Bind(run.First.Value).Bind(run.Last.Value); rows.Step();)
                placements.Add(ReadPlacement(rows));
        return placements;
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

    public IReadOnlyList<MessageRow> Messages(IReadOnlyList<EmailId> ids, MessageNeeds needs) =>
        new MessageRows(database, account, needs).Read(ids);

    public IReadOnlyList<Uid> Tombstones(MailboxId mailbox, ModSeq since)
    {
        var uids = new List<Uid>();
        var rows = database[MailStatements.Tombstones].Bind(account.Value).Bind(mailbox.Value).Bind(since.Value);
        while (rows.Step())
            uids.Add(new Uid((uint)rows.Long(0)));
        return uids;
    }

    public IReadOnlyList<ChangeRow> Changes(ModSeq since, int limit) =>
        Changes(database[MailStatements.Changes].Bind(account.Value).Bind(since.Value).Bind(limit));

    public IReadOnlyList<ChangeRow> ChangesBefore(ModSeq before, int limit) =>
        Changes(database[MailStatements.ChangesBefore].Bind(account.Value).Bind(before.Value).Bind(limit));

    public EmailId? FindByObjectId(string objectId) =>
        database[MailStatements.FindByObjectId].Bind(account.Value).Bind(objectId).Scalar() is { } id ? new EmailId(id) : null;

    private static List<ChangeRow> Changes(Statement row)
    {
        var changes = new List<ChangeRow>();
        while (row.Step())
        {
            changes.Add(new ChangeRow(
                new ModSeq(row.Long(0)), (ChangeKind)row.Long(1), MailboxOrNull(row, 2), MailboxOrNull(row, 3), ReadActor(row, 7),
                DateTimeOffset.FromUnixTimeMilliseconds(row.Long(4)), ChangedItems.Unpack(row.Span(5)), row.TextOrNull(6)));
        }

        return changes;
    }

    public ModSeq ModSeqBefore(DateTimeOffset at)
    {
        var (low, high, wanted) = (0L, Account.ModSeq.Value, at.ToUnixTimeMilliseconds());
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var next = database[LogStatements.NextChange].Bind(account.Value).Bind(middle);
            if (next.Step() && next.Long(1) < wanted)
                low = next.Long(0);
            else
                high = middle;
            next.Reset();
        }

        return new ModSeq(low);
    }

    public LogBounds LogBounds()
    {
        var row = database[LogStatements.Bounds].Bind(account.Value);
        if (!row.Step())
            return Core.Storage.LogBounds.None;
        var bounds = new LogBounds(new ModSeq(row.Long(0)), DateTimeOffset.FromUnixTimeSeconds(row.Long(1)), new ModSeq(row.Long(2)));
        row.Reset();
        return bounds;
    }

    public ThreadId? FindThread(IReadOnlyList<string> messageIds)
    {
        foreach (var id in messageIds)
            if (database[MailStatements.FindThread].Bind(account.Value).Bind(HashOf(id)).Scalar() is { } thread)
                return new ThreadId(thread);
        return null;
    }

    public IReadOnlyList<(EmailId Message, ThreadId Thread)> Threads(EmailId after)
    {
        var threads = new List<(EmailId, ThreadId)>();
        // All of them are in the index, in the order of the conversations; the few that are new are read from their rows.
        var rows = after.Value == 0
            ? database[MailStatements.Threads].Bind(account.Value)
            : database[MailStatements.ThreadsAfter].Bind(account.Value).Bind(after.Value);
        while (rows.Step())
            threads.Add((new EmailId(rows.Long(0)), new ThreadId(rows.Long(1))));
        threads.Sort((one, other) => one.Item1.Value.CompareTo(other.Item1.Value));
        return threads;
    }

    public IReadOnlyList<EmailId> MessagesOf(ThreadId thread, int limit)
    {
        var messages = new List<EmailId>();
        var rows = database[MailStatements.MessagesOfThread].Bind(account.Value).Bind(thread.Value).Bind(limit);
        while (rows.Step())
            messages.Add(new EmailId(rows.Long(0)));
        return messages;
    }

    public IReadOnlyList<PlacementAt> PlacementsOf(EmailId message)
    {
        var placements = new List<PlacementAt>();
        var rows = database[MailStatements.PlacementsOf].Bind(account.Value).Bind(message.Value);
        while (rows.Step())
            placements.Add(new PlacementAt(new MailboxId(rows.Long(9)), ReadPlacement(rows)));
        return placements;
    }

    public KeptMessage? Kept(EmailId message)
    {
        var row = database[MailStatements.Kept].Bind(account.Value).Bind(message.Value);
        if (!row.Step())
            return null;
        var kept = new KeptMessage((uint)row.Long(0), row.Long(1), row.LongOrNull(2));
        row.Reset();
        return kept;
    }

    public IReadOnlyList<EmailId> FindMessages(string messageId)
    {
        var messages = new List<EmailId>();
        var rows = database[MailStatements.FindMessages].Bind(account.Value).Bind(HashOf(messageId));
        while (rows.Step())
            messages.Add(new EmailId(rows.Long(0)));
        return messages;
    }

    public IReadOnlyList<EmailId> MessagesAfter(EmailId after, int limit)
    {
        var messages = new List<EmailId>();
        var rows = database[MailStatements.MessagesAfter].Bind(account.Value).Bind(after.Value).Bind(limit);
        while (rows.Step())
            messages.Add(new EmailId(rows.Long(0)));
        return messages;
    }

    public long CountMessages() => database[MailStatements.CountMessages].Bind(account.Value).Scalar() ?? 0;

    public DateTimeOffset? MaildropStart(DeviceId device) =>
        database[SharingStatements.MaildropStart].Bind(account.Value).Bind(device.Value).Scalar() is { } at
            ? DateTimeOffset.FromUnixTimeSeconds(at)
            : null;

    public IReadOnlyList<HiddenCopy> Hidden(DeviceId device)
    {
        var hidden = new List<HiddenCopy>();
        var rows = database[SharingStatements.Hidden].Bind(account.Value).Bind(device.Value);
        while (rows.Step())
            hidden.Add(new HiddenCopy(new EmailId(rows.Long(0)), (int)rows.Long(1)));
        return hidden;
    }

    public IReadOnlyList<SentCopyRow> SentCopies()
    {
        var copies = new List<SentCopyRow>();
        var rows = database[SharingStatements.SentCopies].Bind(account.Value);
        while (rows.Step())
            copies.Add(new SentCopyRow(
                new EmailId(rows.Long(0)), DateTimeOffset.FromUnixTimeSeconds(rows.Long(1)), PersonOrNull(rows, 2), DeviceOrNull(rows, 3)));
        return copies;
    }

    public IReadOnlyList<WorkRow> WorkOn(EmailId message) =>
        Work(database[SharingStatements.WorkOn].Bind(account.Value).Bind(message.Value));

    public IReadOnlyList<WorkRow> OpenWork() => Work(database[SharingStatements.OpenWork].Bind(account.Value));

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

    public SpamKnowledge SpamKnowledge(SpamQuestion question)
    {
        var words = new LearntWords(database, SpamStatements.OfAccount, account.Value);
        SenderRow? sender = null;
        var row = database[SpamStatements.Sender].Bind(account.Value).Bind(question.Sender);
        if (row.Step())
        {
            sender = new SenderRow(DateTimeOffset.FromUnixTimeSeconds(row.Long(0)), row.Long(1) != 0, (int)row.Long(2));
            row.Reset();
        }

        return new SpamKnowledge(
            sender, words.ListedAs(question.Entries), question.References.Any(id => FindMessages(id).Count > 0), words.Totals, words.Find(question.Words));
    }

    private List<string> Texts(string sql)
    {
        var texts = new List<string>();
        var rows = database[sql].Bind(account.Value);
        while (rows.Step())
            texts.Add(rows.Text(0));
        return texts;
    }

    private static List<WorkRow> Work(Statement rows)
    {
        var work = new List<WorkRow>();
        while (rows.Step())
            work.Add(new WorkRow(
                new EmailId(rows.Long(0)), rows.Long(1) is > 0 and var draft ? new EmailId(draft) : null, ReadActor(rows, 5),
                DateTimeOffset.FromUnixTimeSeconds(rows.Long(2)),
                rows.LongOrNull(3) is { } until ? DateTimeOffset.FromUnixTimeSeconds(until) : null, (WorkMarks)rows.Long(4)));
        return work;
    }

    /// <summary>The columns person, device, protocol, name, client from one on.</summary>
    private static Actor ReadActor(Statement row, int at) => new(
        PersonOrNull(row, at), DeviceOrNull(row, at + 1), (AccessProtocol)row.Long(at + 2), row.Text(at + 3), row.TextOrNull(at + 4));

    private static PersonId? PersonOrNull(Statement row, int column) =>
        row.LongOrNull(column) is { } value ? new PersonId(value) : null;

    private static DeviceId? DeviceOrNull(Statement row, int column) =>
        row.LongOrNull(column) is { } value ? new DeviceId(value) : null;

    private static MailboxId? MailboxOrNull(Statement row, int column) =>
        row.LongOrNull(column) is { } value ? new MailboxId(value) : null;

    private static Placement ReadPlacement(Statement row) => new(
        new Uid((uint)row.Long(0)),
        new EmailId(row.Long(6)),
        new MessageFlags(new UInt128((ulong)row.Long(2), (ulong)row.Long(1))),
        new ModSeq(row.Long(3)),
        (uint)row.Long(4),
        row.Long(5),
        row.Long(7),
        row.Long(8));
}

/// <summary>Numbers an account has given out last; never given again, also after deletions.</summary>
internal readonly record struct LastNumbers(long Mailbox, long Email, long Thread, long Actor, long UidValidity);
