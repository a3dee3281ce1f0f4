namespace Casella.Bench.Running;

/// <summary>One row of the table of workloads.</summary>
/// <param name="Unit">What the rate counts.</param>
/// <param name="Connections">How many work at a time unless the command line says otherwise.</param>
/// <param name="Count">How many operations, for workloads that write; the others repeat for a time.</param>
internal sealed record Workload(string Name, string Unit, int Connections, int Count, string Does, RunWorkload RunAsync)
{
    public const string Rate = "rate";

    /// <summary>The figure by which two servers are compared.</summary>
    public string Compared { get; init; } = Rate;

    /// <summary>Needs servers that are set up for it: bench/transport.sh; not one of "all".</summary>
    public bool IsTransport { get; init; }

    public bool LessIsBetter { get; init; }

    /// <summary>The ratio that Casella owes its users, where there is one.</summary>
    public double? Goal { get; init; }
}

/// <summary>Runs a workload with the connections and operations it was given, and checks its results.</summary>
internal delegate Task<Outcome> RunWorkload(Plan plan, CancellationToken cancellationToken);

/// <summary>The settings, with the numbers that hold for one workload.</summary>
internal sealed record Plan(BenchSettings Bench, int Connections, int Count);
