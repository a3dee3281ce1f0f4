using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>
/// The directory's database, DATA/directory.db: one for the store of domains and accounts and the store of people, so
/// that a member always is somebody's and a device always some mailbox's.
/// </summary>
internal sealed class DirectoryDatabase(StorageFolder folder) : IDisposable
{
    private readonly SharedDatabase _database =
        new(Path.Join(folder.Root, "directory.db"), "directory", DirectorySchema.Migrations);

    private long _version;

    /// <summary>Raised by every change that <see cref="ChangeAsync{T}"/> makes.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Runs a transaction; durable on return.</summary>
    public Task<T> RunAsync<T>(Func<Database, T> work, CancellationToken cancellationToken) =>
        _database.RunAsync(work, cancellationToken);

    public Task RunAsync(Action<Database> work, CancellationToken cancellationToken) =>
        _database.RunAsync(work, cancellationToken);

    /// <summary>
    /// A change that readers of <see cref="Version"/> must notice. Raised before anybody is told that it is done, and
    /// also when it fails: asking once too often costs nothing.
    /// </summary>
    public async Task<T> ChangeAsync<T>(Func<Database, T> change, CancellationToken cancellationToken)
    {
        try
        {
            return await _database.RunAsync(change, cancellationToken);
        }
        finally
        {
            Interlocked.Increment(ref _version);
        }
    }

    public Task<bool> ChangeAsync(Action<Database> change, CancellationToken cancellationToken) =>
        ChangeAsync(database => { change(database); return true; }, cancellationToken);

    public void Dispose() => _database.Dispose();
}
