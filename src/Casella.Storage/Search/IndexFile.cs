using System.Collections.Concurrent;
using Casella.Storage.Sql;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Search;

/// <summary>
/// One account's open index: a connection that writes, one batch at a time, and a few that read beside it. Closed it
/// still serves those who are in the middle of something.
/// </summary>
internal sealed class IndexFile(string file) : IDisposable
{
    private const int ReadersAtMost = 2;

    private readonly ConcurrentBag<Database> _readers = [];
    private readonly Lock _writing = new();
    private Database? _writer;
    private volatile bool _closed;

    /// <summary>For the LRU of handles: the last time somebody asked for this account.</summary>
    public long LastUsed { get; set; }

    public T Read<T>(Func<Database, T> query)
    {
        var database = _readers.TryTake(out var pooled) ? pooled : Open(create: false);
        try
        {
            database["BEGIN"].Run();
            var result = query(database);
            database["COMMIT"].Run();
            if (_closed || _readers.Count >= ReadersAtMost)
                database.Dispose();
            else
                _readers.Add(database);
            return result;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public T Write<T>(Func<Database, T> work)
    {
        lock (_writing)
        {
            _writer ??= Open(create: true);
            try
            {
                _writer["BEGIN IMMEDIATE"].Run();
                var result = work(_writer);
                _writer["COMMIT"].Run();
                return result;
            }
            catch
            {
                // The connection takes its transaction with it.
                CloseWriter();
                throw;
            }
            finally
            {
                if (_closed)
                    CloseWriter();
            }
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        lock (_writing)
            CloseWriter();
    }

    private Database Open(bool create)
    {
        var database = Database.OpenRebuildable(file, create);
        try
        {
            SearchSchema.Migrations.Run(database, file);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
