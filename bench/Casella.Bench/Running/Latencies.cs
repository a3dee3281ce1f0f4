using System.Diagnostics;

namespace Casella.Bench.Running;

/// <summary>Every single latency of a run, kept until the end: percentiles are exact, not from a sketch.</summary>
internal sealed class Latencies
{
    private readonly long[] _sorted;

    /// <param name="ticks">In <see cref="Stopwatch"/> ticks, in any order; at least one.</param>
    public Latencies(IEnumerable<long> ticks)
    {
        _sorted = [.. ticks.Order()];
        if (_sorted.Length == 0)
            throw new ArgumentException("nothing was measured", nameof(ticks));
    }

    public int Count => _sorted.Length;

    /// <summary>The smallest latency that <paramref name="share"/> of all are not above, in milliseconds.</summary>
    public double Percentile(double share)
    {
        var rank = (int)Math.Ceiling(share * _sorted.Length) - 1;
        return _sorted[Math.Clamp(rank, 0, _sorted.Length - 1)] * 1000.0 / Stopwatch.Frequency;
    }
}
