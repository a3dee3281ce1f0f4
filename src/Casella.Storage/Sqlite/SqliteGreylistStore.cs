using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>The greylist in one database, DATA/greylist.db.</summary>
internal sealed class SqliteGreylistStore(StorageFolder folder) : IGreylistStore, IAsyncDisposable
{
    private readonly SharedDatabase _greylist = new(Path.Join(folder.Root, "greylist.db"), "greylist", GreylistSchema.Migrations);

    public Task<int> PassesAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken) => _greylist.RunAsync(
        database => (int)(database["SELECT passes FROM seen WHERE key=?"].Bind(key.Span).Scalar() ?? 0), cancellationToken);

    public Task<GreylistSeen> SeenAsync(ReadOnlyMemory<byte> key, DateTimeOffset now, GreylistBounds bounds, CancellationToken cancellationToken) => _greylist.RunAsync(
        database =>
        {
            Forget(database, now, bounds);
            var row = database["SELECT first_at, passes FROM seen WHERE key=?"].Bind(key.Span);
            if (row.Step())
            {
                var seen = new GreylistSeen(DateTimeOffset.FromUnixTimeSeconds(row.Long(0)), row.Long(1) > 0);
                row.Reset();
                if (seen.Passed)
                    Touch(database, key.Span, now);
                return seen;
            }

            database["INSERT INTO seen(key, first_at, last_at, passes) VALUES(?,?,?,0)"]
                .Bind(key.Span).Bind(now.ToUnixTimeSeconds()).Bind(now.ToUnixTimeSeconds()).Run();
            return new GreylistSeen(now, Passed: false);
        },
        cancellationToken);

    public Task PassAsync(ReadOnlyMemory<byte> key, DateTimeOffset now, CancellationToken cancellationToken) => _greylist.RunAsync(
        database =>
        {
            database["""
                INSERT INTO seen(key, first_at, last_at, passes) VALUES(?,?,?,1)
                ON CONFLICT(key) DO UPDATE SET passes=passes+1, last_at=excluded.last_at
                """].Bind(key.Span).Bind(now.ToUnixTimeSeconds()).Bind(now.ToUnixTimeSeconds()).Run();
        },
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        _greylist.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Touch(Database database, ReadOnlySpan<byte> key, DateTimeOffset now) =>
        database["UPDATE seen SET last_at=? WHERE key=?"].Bind(now.ToUnixTimeSeconds()).Bind(key).Run();

    /// <summary>What is too old, and beyond the limit the oldest: a flood of senders must not fill the disk.</summary>
    private static void Forget(Database database, DateTimeOffset now, GreylistBounds bounds)
    {
        database["DELETE FROM seen WHERE last_at<? AND passes=0"].Bind((now - bounds.Forget).ToUnixTimeSeconds()).Run();
        database["DELETE FROM seen WHERE last_at<?"].Bind((now - bounds.Keep).ToUnixTimeSeconds()).Run();
        if (database["SELECT COUNT(*) FROM seen"].Scalar() >= bounds.Entries)
            database["DELETE FROM seen WHERE key IN (SELECT key FROM seen ORDER BY passes>0, last_at LIMIT ?)"].Bind(bounds.Entries / 20 + 1).Run();
    }
}
