using System.Diagnostics.Metrics;

namespace Casella.Smtp.Inbound;

/// <summary>How often a program beside the server did not answer: then mail was taken without its opinion.</summary>
internal static class ScannerMetrics
{
    private static readonly Meter Meter = new("Casella.Smtp.Scanners");
    private static readonly Counter<long> NotAnswered =
        Meter.CreateCounter<long>("casella.spam.scanner.silent", description: "Questions that rspamd or clamd did not answer in time.");

    public static void Silent(string scanner) => NotAnswered.Add(1, new KeyValuePair<string, object?>("scanner", scanner));
}
