namespace Casella.Server.Hosting;

/// <summary>
/// Whether a server has come to rest after work, told by what it has allocated since its start: the collector is not
/// asked, and nothing that serves has to report. (ADR 0063)
/// </summary>
/// <param name="allocated">Octets that the process has allocated until now.</param>
internal sealed class Rest(long allocated)
{
    /// <summary>Between two looks a server at rest allocates less: timers, and pages that say that they are there.</summary>
    public const long Quiet = 1024 * 1024;

    /// <summary>After less work there is nothing to give back.</summary>
    public const long Worth = 16 * 1024 * 1024;

    /// <summary>A collection stops all threads for about a millisecond for each megabyte: a larger heap is left alone.</summary>
    public const long LargestHeap = 128 * 1024 * 1024;

    private long _seen = allocated;
    private long _givenBack = allocated;

    /// <summary>Once after each piece of work.</summary>
    /// <param name="allocated">Octets that the process has allocated until now.</param>
    /// <param name="heap">Octets on the heap.</param>
    public bool IsReached(long allocated, long heap)
    {
        var (isQuiet, isWorth) = (allocated - _seen < Quiet, allocated - _givenBack >= Worth);
        _seen = allocated;
        if (!isQuiet || !isWorth || heap > LargestHeap)
            return false;
        _givenBack = allocated;
        return true;
    }
}
