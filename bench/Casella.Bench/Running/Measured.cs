namespace Casella.Bench.Running;

/// <summary>How long operations took, together and each, and how much processor time they cost the server.</summary>
internal sealed record Measured(TimeSpan Elapsed, Latencies Latencies, double ServerSeconds)
{
    /// <summary>The outcome, said in the workload's unit: an operation may do a thousand of them.</summary>
    public Outcome For(long units, params Figure[] details) =>
        new(units, Elapsed, Latencies)
        {
            Details = details,
            ServerMicrosecondsPerUnit = ServerSeconds > 0 ? ServerSeconds * 1e6 / units : null,
        };
}
