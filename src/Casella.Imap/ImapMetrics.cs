using System.Diagnostics.Metrics;

namespace Casella.Imap;

/// <summary>Measurements of the room, for whoever listens to the meter "Casella.Imap".</summary>
internal static class ImapMetrics
{
    private static readonly Meter Meter = new("Casella.Imap");

    private static readonly Histogram<double> CommandDuration = Meter.CreateHistogram<double>(
        "casella.imap.command.duration", "s", "Time from a command's last octet to its tagged reply");

    /// <param name="command">A name of the command table, never what a client typed: it becomes a label.</param>
    public static void Command(string command, string status, TimeSpan duration) => CommandDuration.Record(
        duration.TotalSeconds, new("command", command), new("status", status));
}
