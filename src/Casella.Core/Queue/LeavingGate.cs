namespace Casella.Core.Queue;

/// <summary>
/// What is being called back does not leave, and what is leaving is not called back: asked by each attempt before it reads
/// the message, and by <see cref="HeldMail"/>. In memory, as everything that is under way: one process empties the queue.
/// </summary>
internal sealed class LeavingGate
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _leaving = new(StringComparer.Ordinal);
    private readonly HashSet<string> _calledBack = new(StringComparer.Ordinal);

    /// <returns>Held by an attempt until it is over; null while somebody calls the message back.</returns>
    public IDisposable? TryLeave(string id)
    {
        lock (_lock)
        {
            if (_calledBack.Contains(id))
                return null;
            _leaving[id] = _leaving.GetValueOrDefault(id) + 1;
        }

        return new Passage(() => Left(id));
    }

    /// <returns>Held until the message is out of the queue; null when it is on its way, or somebody else's already.</returns>
    public IDisposable? TryCallBack(string id)
    {
        lock (_lock)
        {
            if (_leaving.ContainsKey(id) || !_calledBack.Add(id))
                return null;
        }

        return new Passage(() => CalledBack(id));
    }

    private void Left(string id)
    {
        lock (_lock)
        {
            // One message may be on its way to several domains.
            if (--_leaving[id] == 0)
                _leaving.Remove(id);
        }
    }

    private void CalledBack(string id)
    {
        lock (_lock)
            _calledBack.Remove(id);
    }

    private sealed class Passage(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
