using System.Collections.Concurrent;
using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Sql;
using Microsoft.Extensions.Logging;

namespace Casella.Storage.Sqlite;

/// <summary>
/// One open account: its file, its only writer connection, a few read connections. The writer commits in groups:
/// whatever units wait when a thread turns to the account are run in one transaction with one fsync, each behind a
/// savepoint of its own.
/// </summary>
internal sealed class AccountFile(AccountId account, string file, WorkerThreads writers, ILogger logger) : IDisposable
{
    /// <summary>Units in one commit: more would let the first wait long for the last.</summary>
    private const int GroupAtMost = 256;
    private const int ReadersAtMost = 4;

    private readonly ConcurrentQueue<MailUnit> _waiting = new();
    private readonly ConcurrentBag<Database> _readers = [];
    private Database? _writer;
    private MailTransaction? _transaction;
    private int _scheduled;
    private int _busy;

    public AccountId Account => account;

    /// <summary>For the LRU of handles: the last time somebody asked for this account.</summary>
    public long LastUsed { get; set; }

    /// <summary>True while units wait or reads run: not to be closed.</summary>
    public bool IsBusy => Volatile.Read(ref _busy) > 0;

    /// <summary>Opens the file, bringing its schema up to date.</summary>
    /// <exception cref="MailException">Unavailable, Damaged, NoSuchAddress (no such file).</exception>
    public void Open()
    {
        if (!File.Exists(file))
            throw new MailException(MailError.NoSuchAddress, $"no mail storage for account {account.Value}");
        OpenWriter();
    }

    /// <summary>Makes the file and its account row.</summary>
    public void Create()
    {
        using var database = Database.Open(file, create: true);
        AccountSchema.Migrations.Run(database, file);
        database[MailStatements.InsertAccount]
            .Bind(account.Value).Run();
    }

    public Task<T> WriteAsync<T>(Func<IMailTransaction, T> work, Action<T>? committed)
    {
        var unit = new MailUnit<T>(work, committed);
        Interlocked.Increment(ref _busy);
        _waiting.Enqueue(unit);
        Schedule();
        return unit.Task;
    }

    public T Read<T>(Func<IMailReader, T> query)
    {
        var database = _readers.TryTake(out var pooled) ? pooled : Database.Open(file, create: false);
        try
        {
            // One snapshot for the whole query, however many statements it takes.
            database["BEGIN"].Run();
            var result = query(new MailReader(database, account));
            database["COMMIT"].Run();
            if (_readers.Count >= ReadersAtMost)
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

    public void BeginUse() => Interlocked.Increment(ref _busy);
    public void EndUse() => Interlocked.Decrement(ref _busy);

    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        CloseWriter();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
            writers.Post(RunGroup);
    }

    /// <summary>On a writer thread, never twice at once for one account.</summary>
    private void RunGroup()
    {
        var group = new List<MailUnit>();
        while (group.Count < GroupAtMost && _waiting.TryDequeue(out var unit))
            group.Add(unit);
        try
        {
            Commit(group);
        }
        finally
        {
            Interlocked.Add(ref _busy, -group.Count);
            // A full fence, as in Schedule: with less the processor may look at the queue before others see the zero.
            // Then a unit that is put in between would be left by both, until somebody writes again.
            Interlocked.Exchange(ref _scheduled, 0);
            if (!_waiting.IsEmpty)
                Schedule();
        }
    }

    private void Commit(List<MailUnit> group)
    {
        var run = new List<MailUnit>(group.Count);
        var start = CommitMetrics.Start();
        try
        {
            var transaction = OpenWriter();
            _writer!["BEGIN IMMEDIATE"].Run();
            foreach (var unit in group)
                if (RunUnit(unit, transaction, alone: group.Count == 1))
                    run.Add(unit);
            EndTransaction(transaction);
        }
        catch (Exception failure)
        {
            FailGroup(group, failure);
            return;
        }

        CommitMetrics.Committed(start, run.Count);
        // Durable from here on. First memory and subscribers, in commit order, then the callers.
        foreach (var unit in run)
            unit.Committed();
        foreach (var unit in group)
            if (!run.Contains(unit))
                unit.Failed(null);
    }

    private bool RunUnit(MailUnit unit, MailTransaction transaction, bool alone)
    {
        transaction.BeginUnit();
        if (!alone)
            _writer!["SAVEPOINT unit"].Run();
        if (unit.Run(transaction))
        {
            if (!alone)
                _writer!["RELEASE unit"].Run();
            return true;
        }

        transaction.UndoUnit();
        if (alone)
        {
            _writer!["ROLLBACK"].Run();
            _writer!["BEGIN IMMEDIATE"].Run();
        }
        else
        {
            _writer!["ROLLBACK TO unit"].Run();
            _writer!["RELEASE unit"].Run();
        }

        return false;
    }

    private void EndTransaction(MailTransaction transaction)
    {
        if (!transaction.HasWritten)
        {
            _writer!["ROLLBACK"].Run();
            return;
        }

        transaction.WriteRows();
        _writer!["COMMIT"].Run();
        transaction.Committed();
        if (transaction.HasErased)
            transaction.HasErased = !TryEmptyLog();
    }

    /// <summary>After the commit, which stands whatever becomes of this; the next commit tries again.</summary>
    private bool TryEmptyLog()
    {
        try
        {
            return _writer!.TryEmptyLog();
        }
        catch (MailException failure)
        {
            Log.LogNotEmptied(logger, failure, account.Value);
            return false;
        }
    }

    /// <summary>
    /// Nothing of the group happened. After a failed fsync nobody knows what the file cache holds, so the connection is
    /// given up; the next unit opens a new one and reads what is really there (never retry an fsync and call it good).
    /// </summary>
    private void FailGroup(List<MailUnit> group, Exception failure)
    {
        Log.CommitFailed(logger, failure, account.Value, group.Count);
        CloseWriter();
        var told = failure as MailException ?? new MailException(MailError.Unavailable, "the commit failed", failure);
        foreach (var unit in group)
            unit.Failed(told);
    }

    private MailTransaction OpenWriter()
    {
        if (_transaction is { } open)
            return open;
        _writer = Database.Open(file, create: false);
        try
        {
            AccountSchema.Migrations.Run(_writer, file);
            return _transaction = new MailTransaction(_writer, account);
        }
        catch
        {
            CloseWriter();
            throw;
        }
    }

    private void CloseWriter()
    {
        _writer?.Dispose();
        (_writer, _transaction) = (null, null);
    }
}
