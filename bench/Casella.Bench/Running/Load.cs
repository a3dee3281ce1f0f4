using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Casella.Bench.Server;

namespace Casella.Bench.Running;

/// <summary>
/// Runs one operation over and over on N connections at a time. All connections are open before the clock starts, and
/// each takes the next operation's number when it is free, as a pool of clients would.
/// </summary>
/// <typeparam name="T">A signed-in connection.</typeparam>
/// <param name="open">Opens connection n of N, from 0.</param>
/// <param name="operate">Does operation n, numbered from 0 over all connections, and checks its answer.</param>
internal sealed class Load<T>(
    int connections,
    ServerProcesses server,
    Func<int, CancellationToken, Task<T>> open,
    Func<T, int, CancellationToken, Task> operate)
    where T : IAsyncDisposable
{
    private readonly ConcurrentBag<T> _clients = [];
    private int _lastNumber = -1;
    private Exception? _firstFailure;

    /// <summary>Runs <paramref name="count"/> operations.</summary>
    public Task<Measured> TimesAsync(int count, CancellationToken cancellationToken) =>
        RunAsync((number, _) => number < count, cancellationToken);

    /// <summary>Repeats until <paramref name="duration"/> is over, and at least three times.</summary>
    public Task<Measured> DuringAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync((number, elapsed) => number < 3 || elapsed < duration, cancellationToken);

    private async Task<Measured> RunAsync(Func<int, TimeSpan, bool> goesOn, CancellationToken cancellationToken)
    {
        try
        {
            await Parallel.ForAsync(
                0, connections, cancellationToken, async (i, token) => _clients.Add(await open(i, token)));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var processorBefore = server.ProcessorSeconds();
            var started = Stopwatch.GetTimestamp();
            var workers = _clients.Select(client => Task.Run(() => WorkAsync(client, started, goesOn, stop), stop.Token));
            var ticks = await Task.WhenAll(workers.ToList());
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (_firstFailure is not null)
                ExceptionDispatchInfo.Throw(_firstFailure);
            cancellationToken.ThrowIfCancellationRequested();
            var processor = server.ProcessorSeconds() - processorBefore;
            return new Measured(elapsed, new Latencies(ticks.SelectMany(each => each)), processor);
        }
        finally
        {
            foreach (var client in _clients)
                await client.DisposeAsync();
        }
    }

    private async Task<List<long>> WorkAsync(
        T client, long started, Func<int, TimeSpan, bool> goesOn, CancellationTokenSource stop)
    {
        var ticks = new List<long>();
        try
        {
            while (true)
            {
                var number = Interlocked.Increment(ref _lastNumber);
                var before = Stopwatch.GetTimestamp();
                if (!goesOn(number, Stopwatch.GetElapsedTime(started, before)))
                    return ticks;
                await operate(client, number, stop.Token);
                ticks.Add(Stopwatch.GetTimestamp() - before);
            }
        }
        catch (Exception failure)
        {
            // One wrong answer ends the whole run, and it is this failure that is told, not the cancellations it
            // caused.
            Interlocked.CompareExchange(ref _firstFailure, failure, null);
            await stop.CancelAsync();
            return ticks;
        }
    }
}
