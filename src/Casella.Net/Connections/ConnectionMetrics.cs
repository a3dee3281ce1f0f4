using System.Diagnostics.Metrics;

namespace Casella.Net.Connections;

/// <summary>Connections of the mail protocols, by service.</summary>
internal static class ConnectionMetrics
{
    private static readonly Meter Meter = new("Casella.Net");
    private static readonly UpDownCounter<long> Open = Meter.CreateUpDownCounter<long>("casella.connections.open", description: "Connections that are open.");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("casella.connections.refused", description: "Connections over a limit.");

    public static void Changed(string service, int by) => Open.Add(by, new KeyValuePair<string, object?>("service", service));

    public static void Refuse(string service) => Refused.Add(1, new KeyValuePair<string, object?>("service", service));
}
