using Casella.Core;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Core.Tracing;
using Casella.Formats.Addresses;

namespace Casella.Storage.Sqlite;

/// <summary>What became of sent mail, in the queue's database: an end and its memory are one transaction.</summary>
internal sealed class SqliteTraceStore(SqliteQueueStore queue) : ITraceStore
{
    private const string HeadColumns = "queue_id, owner_id, message_id, reverse_path";
    private const string FateColumns = "address, state, at, status, diagnostic, server, security";

    public Task RecordAsync(TraceHead head, IReadOnlyList<FateRow> fates, CancellationToken cancellationToken) => queue.RunAsync(
        database =>
        {
            foreach (var fate in fates)
                Insert(database, head, fate);
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<TracedMail>> FindAsync(string what, int atMost, CancellationToken cancellationToken) =>
        queue.RunAsync<IReadOnlyList<TracedMail>>(
            database => Found(database, database[$"""
                SELECT {HeadColumns}, max(at) FROM (
                    SELECT {HeadColumns}, at FROM fates WHERE queue_id=?1 OR message_id=?1 OR lower(address)=lower(?1)
                    UNION ALL SELECT {HeadColumns}, queued_at FROM messages WHERE queue_id=?1 OR message_id=?1
                        OR queue_id IN (SELECT queue_id FROM recipients WHERE lower(address)=lower(?1)))
                GROUP BY queue_id ORDER BY max(at) DESC LIMIT ?2
                """].Bind(what).Bind(atMost)),
            cancellationToken);

    public Task<IReadOnlyList<TracedMail>> OfMessageAsync(string messageId, int atMost, CancellationToken cancellationToken) =>
        queue.RunAsync<IReadOnlyList<TracedMail>>(
            database => Found(database, database[$"""
                SELECT {HeadColumns}, max(at) FROM (
                    SELECT {HeadColumns}, at FROM fates WHERE message_id=?1
                    UNION ALL SELECT {HeadColumns}, queued_at FROM messages WHERE message_id=?1)
                GROUP BY queue_id ORDER BY max(at) DESC LIMIT ?2
                """].Bind(messageId).Bind(atMost)),
            cancellationToken);

    public Task<IReadOnlyList<TracedRecipient>> LastAsync(EmailAddress address, int atMost, CancellationToken cancellationToken) =>
        queue.RunAsync<IReadOnlyList<TracedRecipient>>(
            database => Ended(database[$"""
                SELECT {FateColumns} FROM fates WHERE lower(address)=lower(?1) AND at>coalesce((SELECT at FROM lifted WHERE address=?1), -1)
                ORDER BY at DESC LIMIT ?2
                """].Bind(address.ToString()).Bind(atMost)),
            cancellationToken);

    public Task<IReadOnlyList<RefusedMail>> RefusedAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        queue.RunAsync<IReadOnlyList<RefusedMail>>(
            database =>
            {
                var refused = new List<RefusedMail>();
                var rows = database["SELECT DISTINCT address, reverse_path FROM fates WHERE at>=? AND state=? AND server IS NOT NULL"]
                    .Bind(since.ToUnixTimeSeconds()).Bind((long)TraceState.Failed);
                while (rows.Step())
                    refused.Add(new RefusedMail(
                        SqliteQueueStore.Address(rows.Text(0)), rows.TextOrNull(1) is { } path ? SqliteQueueStore.Address(path) : null));
                return refused;
            },
            cancellationToken);

    public Task LiftAsync(EmailAddress address, DateTimeOffset now, CancellationToken cancellationToken) => queue.RunAsync(
        database => database["INSERT OR REPLACE INTO lifted(address, at) VALUES(?,?)"].Bind(address.ToString()).Bind(now.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task<IReadOnlyList<SentDay>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        queue.RunAsync<IReadOnlyList<SentDay>>(
            database =>
            {
                var days = new List<SentDay>();
                var rows = database["SELECT at/86400, sum(state IN (?,?)), sum(state=?) FROM fates WHERE at>=? GROUP BY at/86400 ORDER BY 1"]
                    .Bind((long)TraceState.HandedOver).Bind((long)TraceState.Stored).Bind((long)TraceState.Failed).Bind(since.ToUnixTimeSeconds());
                while (rows.Step())
                    days.Add(new SentDay(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(rows.Long(0))), (int)rows.Long(1), (int)rows.Long(2)));
                return days;
            },
            cancellationToken);

    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => queue.RunAsync(
        database =>
        {
            database["DELETE FROM lifted WHERE at<?"].Bind(before.ToUnixTimeSeconds()).Run();
            return database["DELETE FROM fates WHERE at<?"].Bind(before.ToUnixTimeSeconds()).Run();
        },
        cancellationToken);

    /// <summary>The end of a recipient of a message that is still in the queue.</summary>
    internal static void Keep(Database database, string id, FateRow fate)
    {
        var (row, head) = (database[$"SELECT {HeadColumns} FROM messages WHERE queue_id=?"].Bind(id), default(TraceHead));
        if (row.Step())
            head = Head(row);
        row.Reset();
        if (head is not null)
            Insert(database, head, fate);
    }

    /// <summary>The office takes a message out, or its sender does: all who still wait for it.</summary>
    internal static void KeepEnd(Database database, string id, TraceState state, DateTimeOffset now) => database[$"""
        INSERT INTO fates({HeadColumns}, {FateColumns})
        SELECT m.queue_id, m.owner_id, m.message_id, m.reverse_path, r.address, ?, ?, '', coalesce(r.last_error, ''), NULL, 0
        FROM messages m JOIN recipients r ON r.queue_id=m.queue_id WHERE m.queue_id=?
        """].Bind((long)state).Bind(now.ToUnixTimeSeconds()).Bind(id).Run();

    private static List<TracedMail> Found(Database database, Statement rows)
    {
        var heads = new List<TraceHead>();
        while (rows.Step())
            heads.Add(Head(rows));
        return [.. heads.Select(head => new TracedMail(
            head.Id, head.Owner, head.MessageId, head.ReversePath,
            [.. Waiting(database, head.Id), .. Ended(database[$"SELECT {FateColumns} FROM fates WHERE queue_id=? ORDER BY rowid"].Bind(head.Id))]))];
    }

    private static List<TracedRecipient> Waiting(Database database, string id)
    {
        var waiting = new List<TracedRecipient>();
        var rows = database["SELECT address, next_at, attempts, last_error FROM recipients WHERE queue_id=? ORDER BY position"].Bind(id);
        while (rows.Step())
            waiting.Add(new TracedRecipient(
                SqliteQueueStore.Address(rows.Text(0)), TraceState.Waiting, DateTimeOffset.FromUnixTimeSeconds(rows.Long(1)), "",
                rows.TextOrNull(3) ?? "", null, WireSecurity.None, (int)rows.Long(2)));
        return waiting;
    }

    private static List<TracedRecipient> Ended(Statement rows)
    {
        var ended = new List<TracedRecipient>();
        while (rows.Step())
            ended.Add(new TracedRecipient(
                SqliteQueueStore.Address(rows.Text(0)), (TraceState)rows.Long(1), DateTimeOffset.FromUnixTimeSeconds(rows.Long(2)), rows.Text(3),
                rows.Text(4), rows.TextOrNull(5), (WireSecurity)rows.Long(6), Attempts: 0));
        return ended;
    }

    private static TraceHead Head(Statement row) => new(
        row.Text(0), row.LongOrNull(1) is { } account ? new AccountId(account) : null, row.TextOrNull(2),
        row.TextOrNull(3) is { } path ? SqliteQueueStore.Address(path) : null);

    private static void Insert(Database database, TraceHead head, FateRow fate) =>
        database[$"INSERT INTO fates({HeadColumns}, {FateColumns}) VALUES(?,?,?,?,?,?,?,?,?,?,?)"]
            .Bind(head.Id).Bind(head.Owner?.Value).Bind(head.MessageId).Bind(head.ReversePath?.ToWire())
            .Bind(fate.Recipient.ToWire()).Bind((long)fate.State).Bind(fate.At.ToUnixTimeSeconds()).Bind(fate.Status).Bind(fate.Diagnostic)
            .Bind(fate.Server).Bind((long)fate.Security).Run();
}
