namespace Casella.Bench.Running;

/// <summary>What one run of one workload has measured, after its results were found right.</summary>
/// <param name="Count">How many of the workload's units were done.</param>
/// <param name="Elapsed">The wall-clock time they took.</param>
/// <param name="Latencies">Of single commands, or transactions.</param>
internal sealed record Outcome(long Count, TimeSpan Elapsed, Latencies Latencies)
{
    public double Rate => Count / Elapsed.TotalSeconds;

    /// <summary>Further figures, of this workload only.</summary>
    public IReadOnlyList<Figure> Details { get; init; } = [];

    /// <summary>Processor time of the server for one unit, where its processes are known.</summary>
    public double? ServerMicrosecondsPerUnit { get; init; }
}
