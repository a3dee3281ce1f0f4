using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Casella.Core.Delivery;

/// <summary>What became of mail for our mailboxes. While nobody listens to the meter it costs a look at a flag.</summary>
internal static class DeliveryMetrics
{
    private static readonly Meter Meter = new("Casella.Core.Delivery");
    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>("casella.deliveries", description: "Recipients of ours, by what became of the message for them.");

    /// <summary>Spans of a trace; null from StartActivity while nobody listens.</summary>
    public static ActivitySource Source { get; } = new("Casella.Core");

    public static void Outcome(DeliveryOutcome outcome) => Outcomes.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Duplicate => "duplicate",
        DeliveryOutcome.Deferred => "deferred",
        DeliveryOutcome.Refused { IsSpam: true } => "spam",
        _ => "refused",
    }));
}
