using System.Collections.Concurrent;
using Casella.Core;

namespace Casella.Storage.Sqlite;

/// <summary>
/// A small database that all accounts share (directory, queue): one connection, one thread, every call a transaction of
/// its own or a part of one.
/// </summary>
internal sealed class SharedDatabase : IDisposable
{
    private const int BatchAtMost = 64;

    private readonly WorkerThreads _thread;
    private readonly Database _database;
    private readonly ConcurrentQueue<IWaiting> _waiting = new();

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

    /// <summary>Runs a transaction; durable on return. Those that wait together are committed by one fsync.</summary>
    public Task<T> RunAsync<T>(Func<Database, T> work, CancellationToken cancellationToken)
    {
        var waiting = new Waiting<T>(work, cancellationToken);
        _waiting.Enqueue(waiting);
        _thread.Post(RunWaiting);
        return waiting.Task;
    }

    public Task RunAsync(Action<Database> work, CancellationToken cancellationToken) =>
        RunAsync(database => { work(database); return true; }, cancellationToken);

    public void Dispose()
    {
        _thread.Dispose();
        _database.Dispose();
    }

    /// <summary>All that has come until now; nothing when an earlier turn took it along.</summary>
    private void RunWaiting()
    {
        var batch = new List<IWaiting>();
        while (batch.Count < BatchAtMost && _waiting.TryDequeue(out var next))
            batch.Add(next);
        if (batch.Count == 0)
            return;
        try
        {
            _database["BEGIN IMMEDIATE"].Run();
            foreach (var one in batch)
                one.Run(_database);
            _database["COMMIT"].Run();
        }
        catch (Exception failure)
        {
            Rollback();
            foreach (var one in batch)
                one.Fail(failure);
            return;
        }

        foreach (var one in batch)
            one.Tell();
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

    private interface IWaiting
    {
        /// <summary>Within the transaction; a failure of its own takes back nothing but its own.</summary>
        void Run(Database database);

        /// <summary>The transaction is durable.</summary>
        void Tell();

        /// <summary>The transaction is not.</summary>
        void Fail(Exception failure);
    }

    private sealed class Waiting<T>(Func<Database, T> work, CancellationToken cancellationToken) : IWaiting
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _failure;

        public Task<T> Task => _done.Task;

        public void Run(Database database)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _failure = new OperationCanceledException(cancellationToken);
                return;
            }

            database["SAVEPOINT one"].Run();
            try
            {
                _result = work(database);
            }
            catch (Exception failure)
            {
                database["ROLLBACK TO one"].Run();
                _failure = failure;
            }

            database["RELEASE one"].Run();
        }

        public void Tell()
        {
            if (_failure is OperationCanceledException canceled)
                _done.TrySetCanceled(canceled.CancellationToken);
            else if (_failure is { } failure)
                _done.TrySetException(failure);
            else
                _done.TrySetResult(_result);
        }

        public void Fail(Exception failure) => _done.TrySetException(_failure ?? failure);
    }
}
