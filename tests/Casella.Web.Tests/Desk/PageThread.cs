namespace Casella.Web.Tests.Desk;

/// <summary>
/// One thing after the other as on a page's own thread of events; which of those that wait is next, chance decides.
/// </summary>
internal sealed class PageThread : SynchronizationContext
{
    private readonly Random _random;
    private readonly List<(SendOrPostCallback Work, object? State)> _waiting = [];

    private PageThread(int seed) => _random = new Random(seed);

    public static Task RunAsync(int seed, Func<Random, Task> work) => Task.Run(() =>
    {
        var thread = new PageThread(seed);
        SetSynchronizationContext(thread);
        try
        {
            var all = work(new Random(seed));
            _ = all.ContinueWith(_ => thread.Post(_ => { }, null), TaskScheduler.Default);
            while (!all.IsCompleted)
                thread.RunOne();
            return all;
        }
        finally
        {
            SetSynchronizationContext(null);
        }
    });

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_waiting)
        {
            _waiting.Add((d, state));
            Monitor.Pulse(_waiting);
        }
    }

    private void RunOne()
    {
        (SendOrPostCallback Work, object? State) next;
        lock (_waiting)
        {
            while (_waiting.Count == 0)
                Monitor.Wait(_waiting);
            var at = _random.Next(_waiting.Count);
            next = _waiting[at];
            _waiting.RemoveAt(at);
        }

        next.Work(next.State);
    }
}
