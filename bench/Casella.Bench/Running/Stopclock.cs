using System.Diagnostics;
using Casella.Bench.Server;

namespace Casella.Bench.Running;

/// <summary>
/// Times single commands that need untimed work before each of them, such as filling the mailbox that is then emptied.
/// </summary>
internal sealed class Stopclock(ServerProcesses server)
{
    private readonly List<long> _ticks = [];
    private double _serverSeconds;

    public async Task MeasureAsync(Func<ValueTask> command)
    {
        var processorBefore = server.ProcessorSeconds();
        var before = Stopwatch.GetTimestamp();
        await command();
        _ticks.Add(Stopwatch.GetTimestamp() - before);
        _serverSeconds += server.ProcessorSeconds() - processorBefore;
    }

    public Measured Read() =>
        new(TimeSpan.FromSeconds(_ticks.Sum() / (double)Stopwatch.Frequency), new Latencies(_ticks), _serverSeconds);
}
