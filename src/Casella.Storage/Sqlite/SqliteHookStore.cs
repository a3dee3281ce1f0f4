using Casella.Core.Office;
using Casella.Core.Storage;
using static Casella.Storage.Sqlite.DirectoryRows;

namespace Casella.Storage.Sqlite;

/// <summary>Webhooks in the directory's database.</summary>
internal sealed class SqliteHookStore(DirectoryDatabase directory) : IHookStore
{
    public Task<IReadOnlyList<Hook>> ListAsync(CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<Hook>>(
        database => Rows(
            database["""
                SELECT hook_id, url, events, created_at, last_at, last_error, (SELECT COUNT(*) FROM office_hook_calls c WHERE c.hook_id=h.hook_id)
                FROM office_hooks h ORDER BY hook_id
                """],
            row => new Hook(new HookId(row.Long(0)), row.Text(1), row.Text(2).Split(' ', StringSplitOptions.RemoveEmptyEntries), Time(row.Long(3)))
            {
                LastAt = TimeOrNull(row.LongOrNull(4)),
                LastError = row.TextOrNull(5),
                Waiting = (int)row.Long(6),
            }),
        cancellationToken);

    public Task AddAsync(NewHook hook, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["INSERT INTO office_hooks(url, secret, events, created_at) VALUES(?,?,?,?)"]
            .Bind(hook.Url).Bind(hook.Secret).Bind(hook.Events).Bind(hook.At.ToUnixTimeSeconds()).Run(),
        cancellationToken);

    public Task<bool> RemoveAsync(HookId hook, CancellationToken cancellationToken) => directory.RunAsync(
        database => database["DELETE FROM office_hooks WHERE hook_id=? RETURNING 1"].Bind(hook.Value).Scalar() is not null, cancellationToken);

    public Task EnqueueAsync(IReadOnlyList<NewHookCall> calls, int atMostOfHook, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            foreach (var call in calls)
                database["INSERT INTO office_hook_calls(hook_id, event, body, at, next_at, attempts) SELECT hook_id, ?, ?, ?, ?, 0 FROM office_hooks WHERE hook_id=?"]
                    .Bind(call.Event).Bind(call.Body).Bind(call.At.ToUnixTimeSeconds()).Bind(call.At.ToUnixTimeSeconds()).Bind(call.Hook.Value).Run();
            foreach (var hook in calls.Select(call => call.Hook).Distinct())
                database["""
                    DELETE FROM office_hook_calls WHERE hook_id=?1 AND call_id<=
                        (SELECT call_id FROM office_hook_calls WHERE hook_id=?1 ORDER BY call_id DESC LIMIT 1 OFFSET ?2)
                    """].Bind(hook.Value).Bind(atMostOfHook).Run();
        },
        cancellationToken);

    public Task<IReadOnlyList<HookCall>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) => directory.RunAsync<IReadOnlyList<HookCall>>(
        database => Rows(
            database["""
                SELECT c.call_id, c.hook_id, h.url, h.secret, c.event, c.body, c.at, c.attempts
                FROM office_hook_calls c JOIN office_hooks h USING(hook_id)
                WHERE c.call_id=(SELECT MIN(call_id) FROM office_hook_calls f WHERE f.hook_id=c.hook_id) AND c.next_at<=? ORDER BY c.call_id
                """].Bind(now.ToUnixTimeSeconds()),
            row => new HookCall(row.Long(0), new HookId(row.Long(1)), row.Text(2), row.Text(3), row.Text(4), row.Text(5), Time(row.Long(6)), (int)row.Long(7))),
        cancellationToken);

    public Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken) => directory.RunAsync(
        database => TimeOrNull(database["""
            SELECT MIN(next_at) FROM office_hook_calls c
            WHERE call_id=(SELECT MIN(call_id) FROM office_hook_calls f WHERE f.hook_id=c.hook_id)
            """].Scalar()),
        cancellationToken);

    public Task FinishAsync(HookCall call, DateTimeOffset at, string? error, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            database["DELETE FROM office_hook_calls WHERE call_id=?"].Bind(call.Id).Run();
            database["UPDATE office_hooks SET last_at=CASE WHEN ?1 IS NULL THEN ?2 ELSE last_at END, last_error=?1 WHERE hook_id=?3"]
                .Bind(error).Bind(at.ToUnixTimeSeconds()).Bind(call.Hook.Value).Run();
        },
        cancellationToken);

    public Task PostponeAsync(HookCall call, DateTimeOffset next, string error, CancellationToken cancellationToken) => directory.RunAsync(
        database =>
        {
            database["UPDATE office_hook_calls SET next_at=?, attempts=attempts+1 WHERE call_id=?"].Bind(next.ToUnixTimeSeconds()).Bind(call.Id).Run();
            database["UPDATE office_hooks SET last_error=? WHERE hook_id=?"].Bind(error).Bind(call.Hook.Value).Run();
        },
        cancellationToken);
}
