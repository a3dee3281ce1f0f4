namespace Casella.Core.Queue;

/// <summary>When to try again: soon at first, then seldom, and not for ever. Pure. RFC 5321 §4.5.4.1.</summary>
internal static class RetrySchedule
{
    /// <summary>The next attempt's time, or null when the message's time is over.</summary>
    /// <param name="attempts">Attempts made, at least 1.</param>
    public static DateTimeOffset? Next(QueueOptions options, DateTimeOffset queuedAt, int attempts, DateTimeOffset now)
    {
        var end = queuedAt + options.Lifetime;
        if (now >= end)
            return null;
        // Doubling 30 times is beyond every limit; shifting further would begin anew.
        var wait = TimeSpan.FromTicks(Math.Min(options.LongestRetry.Ticks, options.FirstRetry.Ticks * (1L << Math.Min(attempts - 1, 30))));
        if (wait <= TimeSpan.Zero)
            wait = options.LongestRetry;
        // The last attempt is made when the time is over, not some hours before.
        return now + wait < end ? now + wait : end;
    }
}
