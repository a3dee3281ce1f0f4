using System.Collections.Concurrent;

namespace Casella.Storage.Sqlite;

/// <summary>
/// A few threads for calls that block on the disk. SQLite has no asynchronous calls; on the thread pool a thousand
/// sessions would starve each other. Work is taken in the order it came.
/// </summary>
internal sealed class WorkerThreads : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly List<Thread> _threads = [];

    public WorkerThreads(string name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var thread = new Thread(Loop) { IsBackground = true, Name = $"{name} {i + 1}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Queues work that reports its own failures.</summary>
    public void Post(Action work) => _work.Add(work);

    /// <summary>Runs a function; its result or exception becomes the task's.</summary>
    public Task<T> RunAsync<T>(Func<T> function, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                done.TrySetCanceled(cancellationToken);
                return;
            }

            try
            {
                done.TrySetResult(function());
            }
            catch (Exception failure)
            {
                done.TrySetException(failure);
            }
        });
        return done.Task;
    }

    /// <summary>Finishes what is queued and ends the threads.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _work.Dispose();
    }

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
