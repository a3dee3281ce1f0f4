using System.Diagnostics.Metrics;

namespace Casella.Core.Queue;

/// <summary>What became of mail to others: each attempt's verdict for each recipient.</summary>
internal static class QueueMetrics
{
    private static readonly Meter Meter = new("Casella.Core.Queue");
    private static readonly Counter<long> Verdicts = Meter.CreateCounter<long>("casella.queue.verdicts", description: "Attempts to hand over to others, by what came of them.");

    public static void Judged(VerdictKind kind) => Verdicts.Add(1, new KeyValuePair<string, object?>("verdict", kind switch
    {
        VerdictKind.Delivered => "delivered",
        VerdictKind.Wait or VerdictKind.Delayed => "deferred",
        _ => "failed",
    }));
}
