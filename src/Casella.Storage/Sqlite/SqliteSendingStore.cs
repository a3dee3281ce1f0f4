using Casella.Core;
using Casella.Core.Storage;

namespace Casella.Storage.Sqlite;

/// <summary>What was sent today and to whom, in the queue's database.</summary>
internal sealed class SqliteSendingStore(SqliteQueueStore queue) : ISendingStore
{
    /// <summary>Addresses that are remembered of one account; beyond, the oldest go.</summary>
    private const int MostKnown = 100_000;

    public Task<SendingAnswer> TakeAsync(SendingRequest request, CancellationToken cancellationToken) => queue.RunAsync(
        database =>
        {
            var fresh = request.Recipients.Where(hash => !IsKnown(database, request.Account, hash.Span)).ToList();
            foreach (var name in request.Names)
                if (Beyond(database, name, request, fresh.Count) is { } beyond)
                    return beyond;
            database["DELETE FROM sending WHERE day<?"].Bind(request.Day).Run();
            foreach (var name in request.Names)
                database["""
                    INSERT INTO sending(name, day, recipients, fresh, told) VALUES(?,?,?,?,0)
                    ON CONFLICT(name, day) DO UPDATE SET recipients=recipients+excluded.recipients, fresh=fresh+excluded.fresh
                    """].Bind(name).Bind(request.Day).Bind(request.Recipients.Count).Bind(fresh.Count).Run();
            Remember(database, request);
            return new SendingAnswer { Fresh = fresh };
        },
        cancellationToken);

    /// <summary>With mail that waits: what it has been counted for, as long as it can be called back.</summary>
    internal static void Keep(Database database, string id, SendingCount count)
    {
        foreach (var name in count.Names)
            database["INSERT INTO counted(queue_id, name, day, recipients, fresh) VALUES(?,?,?,?,?)"]
                .Bind(id).Bind(name).Bind(count.Day).Bind(count.Recipients).Bind(count.Fresh.Count).Run();
        foreach (var hash in count.Fresh)
            database["INSERT INTO met(queue_id, hash) VALUES(?,?)"].Bind(id).Bind(hash.Span).Run();
    }

    /// <summary>Mail that nobody got was not sent: neither the day nor the account's memory of addresses has it any longer.</summary>
    internal static void GiveBack(Database database, string id)
    {
        database["""
            UPDATE sending SET recipients=max(0, sending.recipients-c.recipients), fresh=max(0, sending.fresh-c.fresh)
            FROM counted c WHERE c.queue_id=? AND c.name=sending.name AND c.day=sending.day
            """].Bind(id).Run();
        database["""
            DELETE FROM written_to WHERE account_id=(SELECT account_id FROM messages WHERE queue_id=?1) AND hash IN (SELECT hash FROM met WHERE queue_id=?1)
            """].Bind(id).Run();
    }

    private static SendingAnswer? Beyond(Database database, string name, SendingRequest request, int fresh)
    {
        var row = database["SELECT recipients, fresh, told FROM sending WHERE name=? AND day=?"].Bind(name).Bind(request.Day);
        var (recipients, before, told) = row.Step() ? (row.Long(0), row.Long(1), row.Long(2) != 0) : (0, 0, false);
        row.Reset();
        var isNew = before + fresh > request.MostNew;
        if (!isNew && recipients + request.Recipients.Count <= request.MostRecipients)
            return null;
        database["""
            INSERT INTO sending(name, day, recipients, fresh, told) VALUES(?,?,0,0,1) ON CONFLICT(name, day) DO UPDATE SET told=1
            """].Bind(name).Bind(request.Day).Run();
        return new SendingAnswer(isNew ? request.MostNew : request.MostRecipients, isNew, !told);
    }

    private static bool IsKnown(Database database, AccountId account, ReadOnlySpan<byte> hash) =>
        database["SELECT 1 FROM written_to WHERE account_id=? AND hash=?"].Bind(account.Value).Bind(hash).Scalar() is not null;

    private static void Remember(Database database, SendingRequest request)
    {
        foreach (var hash in request.Recipients)
            database["INSERT INTO written_to(account_id, hash, last_day) VALUES(?,?,?) ON CONFLICT(account_id, hash) DO UPDATE SET last_day=excluded.last_day"]
                .Bind(request.Account.Value).Bind(hash.Span).Bind(request.Day).Run();
        if (database["SELECT COUNT(*) FROM written_to WHERE account_id=?"].Bind(request.Account.Value).Scalar() > MostKnown)
            database["DELETE FROM written_to WHERE (account_id, hash) IN (SELECT account_id, hash FROM written_to WHERE account_id=? ORDER BY last_day LIMIT ?)"]
                .Bind(request.Account.Value).Bind(MostKnown / 10).Run();
    }
}
