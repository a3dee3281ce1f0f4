namespace Casella.Core.Queue;

/// <summary>How many attempts have begun for each domain within the last minute. Used by <see cref="QueueRunner"/> alone.</summary>
/// <param name="atMost">0 for as many as there are.</param>
internal sealed class DomainPace(int atMost)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Queue<DateTimeOffset>> _begun = new(StringComparer.Ordinal);

    /// <summary>Whether one more may begin.</summary>
    public bool HasRoom(string domain, DateTimeOffset now)
    {
        if (atMost == 0 || !_begun.TryGetValue(domain, out var begun))
            return true;
        Forget(begun, now);
        return begun.Count < atMost;
    }

    /// <summary>Whether one more may begin; if so it has.</summary>
    public bool TryBegin(string domain, DateTimeOffset now)
    {
        if (!HasRoom(domain, now))
            return false;
        if (atMost == 0)
            return true;
        if (!_begun.TryGetValue(domain, out var begun))
            _begun[domain] = begun = new Queue<DateTimeOffset>();
        begun.Enqueue(now);
        return true;
    }

    /// <summary>How long until a domain that has had its minute's share may go on; null when none has.</summary>
    public TimeSpan? UntilNext(DateTimeOffset now)
    {
        foreach (var (domain, begun) in _begun)
        {
            Forget(begun, now);
            if (begun.Count == 0)
                _begun.Remove(domain);
        }

        var full = _begun.Values.Where(begun => begun.Count >= atMost).Select(begun => begun.Peek() + Minute - now).ToList();
        return full.Count == 0 ? null : full.Min();
    }

    private static void Forget(Queue<DateTimeOffset> begun, DateTimeOffset now)
    {
        while (begun.TryPeek(out var first) && now - first >= Minute)
            begun.Dequeue();
    }
}
