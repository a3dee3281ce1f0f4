using Casella.Core;

namespace Casella.Storage.Sqlite;

/// <summary>
/// A small database that all accounts share (directory, queue): one connection, one thread, every call a transaction.
/// It is written seldom, so nothing finer is needed.
/// </summary>
internal sealed class SharedDatabase : IDisposable
{
    private readonly WorkerThreads _thread;
    private readonly Database _database;

    public SharedDatabase(string file, string name, Migrations migrations)
    {
        System.IO.Directory.CreateDirectory(
            Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _database = Database.Open(file, create: true);
        try
        {
            migrations.Run(_database, file);
        }
        catch
        {
            _database.Dispose();
            throw;
        }

        _thread = new WorkerThreads(name, 1);
    }

    /// <summary>Runs a transaction; durable on return.</summary>
    public Task<T> RunAsync<T>(Func<Database, T> work, CancellationToken cancellationToken) => _thread.RunAsync(
        () =>
        {
            _database["BEGIN IMMEDIATE"].Run();
            try
            {
                var result = work(_database);
                _database["COMMIT"].Run();
                return result;
            }
            catch
            {
                Rollback();
                throw;
            }
        },
        cancellationToken);

    public Task RunAsync(Action<Database> work, CancellationToken cancellationToken) =>
        RunAsync(database => { work(database); return true; }, cancellationToken);

    public void Dispose()
    {
        _thread.Dispose();
        _database.Dispose();
    }

    /// <summary>A failed COMMIT may have ended the transaction already; the first failure is the one to tell.</summary>
    private void Rollback()
    {
        try
        {
            _database["ROLLBACK"].Run();
        }
        catch (Exception ended) when (ended is InvalidOperationException or MailException)
        {
            return;
        }
    }
}
