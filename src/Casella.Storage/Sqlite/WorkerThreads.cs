namespace Casella.Storage.Sqlite;

/// <summary>
/// A few threads for calls that block on the disk. SQLite has no asynchronous calls; on the thread pool a thousand
/// sessions would starve each other. Work is taken in the order it came, by the thread that came to rest last: its
/// caches are warm. A resting thread waits without spinning: eight of them that spin cost a small machine more than the
/// commits they wait for (docs/performance.md).
/// </summary>
internal sealed class WorkerThreads : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<Action> _work = new();
    private readonly Stack<Worker> _resting = new();
    private readonly List<Thread> _threads = [];
    private bool _ending;

    public WorkerThreads(string name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var worker = new Worker(this);
            var thread = new Thread(worker.Loop) { IsBackground = true, Name = $"{name} {i + 1}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Queues work that reports its own failures.</summary>
    public void Post(Action work)
    {
        Worker? rested;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ending, this);
            if (!_resting.TryPop(out rested))
            {
                _work.Enqueue(work);
                return;
            }
        }

        rested.Wake(work);
    }

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
        List<Worker> rested;
        lock (_gate)
        {
            _ending = true;
            rested = [.. _resting];
            _resting.Clear();
        }

        foreach (var worker in rested)
            worker.Wake(null);
        foreach (var thread in _threads)
            thread.Join();
    }

    /// <summary>The next of what is queued; with nothing there the worker rests, and is told of the next itself.</summary>
    /// <returns>False when the worker shall end.</returns>
    private bool TryNext(Worker worker, out Action? work)
    {
        lock (_gate)
        {
            if (_work.TryDequeue(out work))
                return true;
            if (_ending)
                return false;
            _resting.Push(worker);
            return true;
        }
    }

    private sealed class Worker(WorkerThreads threads)
    {
        private readonly object _bell = new();
        private (bool Rung, Action? Work) _told;

        /// <param name="work">Null: the end.</param>
        public void Wake(Action? work)
        {
            lock (_bell)
            {
                _told = (true, work);
                Monitor.Pulse(_bell);
            }
        }

        public void Loop()
        {
            while (threads.TryNext(this, out var work) && (work ?? Rest()) is { } next)
                next();
        }

        private Action? Rest()
        {
            lock (_bell)
            {
                while (!_told.Rung)
                    Monitor.Wait(_bell);
                var work = _told.Work;
                _told = default;
                return work;
            }
        }
    }
}
