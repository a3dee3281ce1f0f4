namespace Casella.Server.Migration;

/// <summary>
/// So many octets a second at most, over all mailboxes that come at the same time: the old server's line may be thin,
/// and people still work there.
/// </summary>
/// <param name="octets">A second; null for no limit.</param>
internal sealed class RateLimit(long? octets, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _freeAt = time.GetTimestamp();

    /// <summary>Waits until what was just read has been paid for.</summary>
    public async Task SpendAsync(long read, CancellationToken cancellationToken)
    {
        if (octets is not { } limit)
            return;
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _freeAt = Math.Max(_freeAt, now) + (long)((double)read / limit * time.TimestampFrequency);
            wait = time.GetElapsedTime(now, _freeAt);
        }

        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellationToken);
    }
}
