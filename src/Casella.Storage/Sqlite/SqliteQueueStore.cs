using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Queue;
using Casella.Core.Storage;
using Casella.Core.Submission;
using Casella.Core.Tracing;
using Casella.Formats.Addresses;
using Casella.Storage.Blobs;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>
/// The queue in one database, DATA/queue.db: small contents beside their row, so that one fsync covers both; large ones as
/// blobs written before it.
/// </summary>
internal sealed class SqliteQueueStore(StorageFolder folder, StorageOptions options, IBlobStore blobs) : IQueueStore, IStsPolicyStore, IAsyncDisposable
{
    private const string Space = "queue";
    private const string MessageColumns = "queue_id, account_id, reverse_path, envelope_id, return_full, queued_at, size, security, hold_until, message_id, owner_id, subject, filed";
    private const string RecipientColumns = "position, address, notify, original, attempts, next_at, delay_told, last_error";

    /// <summary>Nothing was tried with it for anybody, and for nobody has it ended.</summary>
    private const string IsUntried = """
        NOT EXISTS (SELECT 1 FROM recipients WHERE queue_id=m.queue_id AND attempts>0) AND NOT EXISTS (SELECT 1 FROM fates WHERE queue_id=m.queue_id)
        """;

    // From one domain to the next, by the index: a hundred thousand recipients of one domain are one step.
    private const string DueDomains = """
        WITH RECURSIVE domains(name) AS (
            SELECT min(domain) FROM recipients
            UNION ALL
            SELECT (SELECT min(domain) FROM recipients WHERE domain>domains.name) FROM domains WHERE domains.name IS NOT NULL)
        SELECT name, (SELECT min(next_at) FROM recipients WHERE domain=name) AS first FROM domains
        WHERE name IS NOT NULL AND first<=? ORDER BY first
        """;

    private readonly SharedDatabase _queue = new(Path.Join(folder.Root, "queue.db"), "queue", QueueSchema.Migrations);

    public async Task AddAsync(QueuedRow message, StagedMessage content, CancellationToken cancellationToken)
    {
        byte[]? inline = null;
        string? blob = null;
        await using (var stream = content.OpenRead())
        {
            if (content.Size <= options.InlineLimit)
                await stream.ReadExactlyAsync(inline = new byte[content.Size], cancellationToken);
            else
                blob = await blobs.WriteAsync(Space, stream, cancellationToken);
        }

        await _queue.RunAsync(
            database =>
            {
                var contentId = inline is null ? null : database["INSERT INTO contents(content) VALUES(?) RETURNING id"].Bind(inline.AsSpan()).Scalar();
                database[$"INSERT INTO messages({MessageColumns}, content_id, blob) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"]
                    .Bind(message.Id).Bind(message.Sender?.Value).Bind(message.ReversePath?.ToWire()).Bind(message.EnvelopeId)
                    .Bind(message.ReturnFull is { } full ? (full ? 1L : 0L) : null).Bind(message.QueuedAt.ToUnixTimeSeconds()).Bind(content.Size)
                    .Bind((long)message.Security).Bind(message.HoldUntil?.ToUnixTimeSeconds()).Bind(message.MessageId).Bind(message.Owner?.Value)
                    .Bind(message.Subject).Bind(message.Filed?.Value).Bind(contentId).Bind(blob).Run();
                foreach (var recipient in message.Recipients)
                    Insert(database, message.Id, recipient);
                if (message.Counted is { } counted)
                    SqliteSendingStore.Keep(database, message.Id, counted);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<QueuedRow>> ListAsync(CancellationToken cancellationToken) => _queue.RunAsync<IReadOnlyList<QueuedRow>>(
        database =>
        {
            var recipients = new Dictionary<string, List<QueuedRecipient>>(StringComparer.Ordinal);
            var rows = database[$"SELECT {RecipientColumns}, queue_id FROM recipients ORDER BY queue_id, position"];
            while (rows.Step())
            {
                if (!recipients.TryGetValue(rows.Text(8), out var list))
                    recipients[rows.Text(8)] = list = [];
                list.Add(ReadRecipient(rows));
            }

            var messages = new List<QueuedRow>();
            rows = database[$"SELECT {MessageColumns} FROM messages ORDER BY queued_at, queue_id"];
            while (rows.Step())
                messages.Add(ReadMessage(rows, recipients.GetValueOrDefault(rows.Text(0), [])));
            return messages;
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> DueDomainsAsync(DateTimeOffset now, CancellationToken cancellationToken) => _queue.RunAsync<IReadOnlyList<string>>(
        database =>
        {
            var domains = new List<string>();
            for (var rows = database[DueDomains].Bind(now.ToUnixTimeSeconds()); rows.Step();)
                domains.Add(rows.Text(0));
            return domains;
        },
        cancellationToken);

    public Task<IReadOnlyList<QueuedRow>> DueAsync(
        string domain, DateTimeOffset now, IReadOnlySet<string> except, int limit, CancellationToken cancellationToken) => _queue.RunAsync<IReadOnlyList<QueuedRow>>(
        database =>
        {
            var ids = new List<string>();
            var due = database["SELECT queue_id FROM recipients WHERE domain=? AND next_at<=? ORDER BY next_at"].Bind(domain).Bind(now.ToUnixTimeSeconds());
            while (ids.Count < limit && due.Step())
                if (due.Text(0) is var id && !except.Contains(id) && !ids.Contains(id, StringComparer.Ordinal))
                    ids.Add(id);
            due.Reset();
            return [.. ids.Select(id => Find(
                database, id, database[$"SELECT {RecipientColumns} FROM recipients WHERE queue_id=? AND domain=? AND next_at<=? ORDER BY position"]
                    .Bind(id).Bind(domain).Bind(now.ToUnixTimeSeconds()))!)];
        },
        cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(DateTimeOffset after, CancellationToken cancellationToken) => _queue.RunAsync(
        database => database["SELECT min(next_at) FROM recipients WHERE next_at>?"].Bind(after.ToUnixTimeSeconds()).Scalar() is { } at
            ? DateTimeOffset.FromUnixTimeSeconds(at)
            : (DateTimeOffset?)null,
        cancellationToken);

    public Task<QueuedRow?> FindAsync(string id, CancellationToken cancellationToken) => _queue.RunAsync(
        database => Find(database, id, database[$"SELECT {RecipientColumns} FROM recipients WHERE queue_id=? ORDER BY position"].Bind(id)),
        cancellationToken);

    public async Task CopyContentAsync(string id, Stream destination, CancellationToken cancellationToken)
    {
        var (inline, blob) = await _queue.RunAsync(
            database =>
            {
                var row = database["SELECT c.content, m.blob FROM messages m LEFT JOIN contents c ON c.id=m.content_id WHERE m.queue_id=?"].Bind(id);
                var found = row.Step() ? (row.IsNull(0) ? null : row.Blob(0), row.TextOrNull(1)) : throw new MailException(MailError.NoSuchMessage, id);
                row.Reset();
                return found;
            },
            cancellationToken);
        if (inline is not null)
        {
            await destination.WriteAsync(inline, cancellationToken);
            return;
        }

        await using var file = await blobs.OpenAsync(Space, blob!, cancellationToken);
        await using var stream = new BlobStream(file);
        await stream.CopyToAsync(destination, cancellationToken);
    }

    public Task<bool> SetNextAsync(string id, DateTimeOffset nextAt, CancellationToken cancellationToken) => _queue.RunAsync(
        database => database["UPDATE recipients SET next_at=? WHERE queue_id=?"].Bind(nextAt.ToUnixTimeSeconds()).Bind(id).Run() > 0,
        cancellationToken);

    public Task<int> SetAllNextAsync(DateTimeOffset nextAt, CancellationToken cancellationToken) => _queue.RunAsync(
        database =>
        {
            var messages = database["SELECT count(DISTINCT queue_id) FROM recipients WHERE attempts>0"].Scalar() ?? 0;
            database["UPDATE recipients SET next_at=? WHERE attempts>0"].Bind(nextAt.ToUnixTimeSeconds()).Run();
            return (int)messages;
        },
        cancellationToken);

    public async Task UpdateAsync(
        string id, IReadOnlyList<QueuedRecipient> waiting, IReadOnlyList<FinishedRecipient> finished, CancellationToken cancellationToken)
    {
        var blob = await _queue.RunAsync(
            database =>
            {
                foreach (var (position, fate) in finished)
                    // One that the office has removed meanwhile has its end already.
                    if (database["DELETE FROM recipients WHERE queue_id=? AND position=?"].Bind(id).Bind(position).Run() > 0)
                        SqliteTraceStore.Keep(database, id, fate);
                foreach (var recipient in waiting)
                    Update(database, id, recipient);
                return database["SELECT 1 FROM recipients WHERE queue_id=? LIMIT 1"].Bind(id).Scalar() is null ? Delete(database, id).Blob : null;
            },
            cancellationToken);
        if (blob is not null)
            await blobs.DeleteAsync(Space, blob, cancellationToken);
    }

    public Task<IReadOnlyList<QueuedRow>> HeldAsync(AccountId owner, DateTimeOffset before, CancellationToken cancellationToken) => _queue.RunAsync<IReadOnlyList<QueuedRow>>(
        database =>
        {
            var ids = new List<string>();
            for (var rows = database[$"SELECT queue_id FROM messages m WHERE owner_id=? AND hold_until<=? AND {IsUntried} ORDER BY hold_until DESC, queued_at DESC"]
                .Bind(owner.Value).Bind(before.ToUnixTimeSeconds()); rows.Step();)
                ids.Add(rows.Text(0));
            return [.. ids.Select(id => Find(database, id, database[$"SELECT {RecipientColumns} FROM recipients WHERE queue_id=? ORDER BY position"].Bind(id))!)];
        },
        cancellationToken);

    public Task<bool> CallBackAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => EndAsync(
        database =>
        {
            if (database[$"SELECT 1 FROM messages m WHERE queue_id=? AND {IsUntried}"].Bind(id).Scalar() is null)
                return (false, null);
            SqliteTraceStore.KeepEnd(database, id, TraceState.CalledBack, now);
            SqliteSendingStore.GiveBack(database, id);
            return Delete(database, id);
        },
        cancellationToken);

    public Task<bool> RemoveAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => EndAsync(
        database =>
        {
            SqliteTraceStore.KeepEnd(database, id, TraceState.Removed, now);
            return Delete(database, id);
        },
        cancellationToken);

    private async Task<bool> EndAsync(Func<Database, (bool Existed, string? Blob)> end, CancellationToken cancellationToken)
    {
        var (existed, blob) = await _queue.RunAsync(end, cancellationToken);
        if (blob is not null)
            await blobs.DeleteAsync(Space, blob, cancellationToken);
        return existed;
    }

    public Task<StsPolicyRow?> FindPolicyAsync(string domain, CancellationToken cancellationToken) => _queue.RunAsync(
        database =>
        {
            var row = database["SELECT policy_id, policy, expires_at FROM sts_policies WHERE domain=?"].Bind(domain);
            var found = row.Step() ? new StsPolicyRow(domain, row.Text(0), row.Text(1), DateTimeOffset.FromUnixTimeSeconds(row.Long(2))) : null;
            row.Reset();
            return found;
        },
        cancellationToken);

    public Task PutPolicyAsync(StsPolicyRow policy, DateTimeOffset now, CancellationToken cancellationToken) => _queue.RunAsync(
        database =>
        {
            database["DELETE FROM sts_policies WHERE expires_at<?"].Bind(now.ToUnixTimeSeconds()).Run();
            database["INSERT OR REPLACE INTO sts_policies(domain, policy_id, policy, expires_at) VALUES(?,?,?,?)"]
                .Bind(policy.Domain).Bind(policy.Id).Bind(policy.Text).Bind(policy.ExpiresAt.ToUnixTimeSeconds()).Run();
        },
        cancellationToken);

    /// <summary>For what is counted beside the queue.</summary>
    internal Task<T> RunAsync<T>(Func<Database, T> work, CancellationToken cancellationToken) => _queue.RunAsync(work, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _queue.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <param name="rows">Its recipients, as far as they are wanted.</param>
    private static QueuedRow? Find(Database database, string id, Statement rows)
    {
        var recipients = new List<QueuedRecipient>();
        while (rows.Step())
            recipients.Add(ReadRecipient(rows));
        var message = database[$"SELECT {MessageColumns} FROM messages WHERE queue_id=?"].Bind(id);
        var found = message.Step() ? ReadMessage(message, recipients) : null;
        message.Reset();
        return found;
    }

    private static void Insert(Database database, string id, QueuedRecipient recipient) =>
        database[$"INSERT INTO recipients({RecipientColumns}, queue_id, domain) VALUES(?,?,?,?,?,?,?,?,?,?)"]
            .Bind(recipient.Position).Bind(recipient.Address.ToWire()).Bind(recipient.Notify is { } notify ? (long)notify : null).Bind(recipient.Original)
            .Bind(recipient.Attempts).Bind(recipient.NextAt.ToUnixTimeSeconds()).Bind(recipient.DelayTold ? 1 : 0).Bind(recipient.LastError)
            .Bind(id).Bind(recipient.Address.Domain).Run();

    /// <summary>
    /// Never an insert: an attempt may end after the office has removed the message, and a recipient who has it must
    /// not come back.
    /// </summary>
    private static void Update(Database database, string id, QueuedRecipient recipient) =>
        database["UPDATE recipients SET attempts=?, next_at=?, delay_told=?, last_error=? WHERE queue_id=? AND position=?"]
            .Bind(recipient.Attempts).Bind(recipient.NextAt.ToUnixTimeSeconds()).Bind(recipient.DelayTold ? 1 : 0).Bind(recipient.LastError)
            .Bind(id).Bind(recipient.Position).Run();

    private static (bool Existed, string? Blob) Delete(Database database, string id)
    {
        var row = database["DELETE FROM messages WHERE queue_id=? RETURNING blob, content_id"].Bind(id);
        var existed = row.Step();
        var (blob, content) = existed ? (row.TextOrNull(0), row.LongOrNull(1)) : (null, null);
        row.Reset();
        if (content is not null)
            database["DELETE FROM contents WHERE id=?"].Bind(content).Run();
        return (existed, blob);
    }

    private static QueuedRow ReadMessage(Statement row, IReadOnlyList<QueuedRecipient> recipients) => new(
        row.Text(0), row.LongOrNull(1) is { } account ? new AccountId(account) : null, row.TextOrNull(2) is { } path ? Address(path) : null,
        row.TextOrNull(3), row.LongOrNull(4) is { } full ? full != 0 : null, DateTimeOffset.FromUnixTimeSeconds(row.Long(5)), row.Long(6), recipients)
    {
        Security = (TransportSecurity)row.Long(7),
        HoldUntil = row.LongOrNull(8) is { } until ? DateTimeOffset.FromUnixTimeSeconds(until) : null,
        MessageId = row.TextOrNull(9),
        Owner = row.LongOrNull(10) is { } owner ? new AccountId(owner) : null,
        Subject = row.TextOrNull(11),
        Filed = row.LongOrNull(12) is { } filed ? new ModSeq(filed) : null,
    };

    private static QueuedRecipient ReadRecipient(Statement row) => new(
        (int)row.Long(0), Address(row.Text(1)), row.LongOrNull(2) is { } notify ? (DsnNotify)notify : null, row.TextOrNull(3), (int)row.Long(4),
        DateTimeOffset.FromUnixTimeSeconds(row.Long(5)), row.Long(6) != 0, row.TextOrNull(7));

    internal static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address)
        ? address
        : throw new MailException(MailError.Damaged, $"the queue holds '{text}', which is not an address");
}
