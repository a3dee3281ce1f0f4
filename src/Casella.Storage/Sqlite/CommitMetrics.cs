using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Casella.Storage.Sqlite;

/// <summary>Commits of account files: how long until they were durable, and how many changes shared one.</summary>
internal static class CommitMetrics
{
    private static readonly Meter Meter = new("Casella.Storage");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("casella.commit.duration", "s", "Time of a commit, fsync and all.");
    private static readonly Counter<long> Units = Meter.CreateCounter<long>("casella.commit.units", description: "Changes that were committed, several in one commit where they come together.");

    /// <summary>0 while nobody listens: then no clock is read.</summary>
    public static long Start() => Duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static void Committed(long start, int units)
    {
        if (start == 0)
            return;
        Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
        Units.Add(units);
    }
}
