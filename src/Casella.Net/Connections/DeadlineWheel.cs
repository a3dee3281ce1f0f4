using System.Collections.Concurrent;

namespace Casella.Net.Connections;

/// <summary>
/// The one timer of all connections: twice a second it looks at each connection's deadlines. Setting a deadline is then
/// a plain store, and 10,000 idle connections cost one short loop instead of 10,000 timers. Deadlines are late by half
/// a second at most.
/// </summary>
internal sealed class DeadlineWheel : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<MailConnection, bool> _connections = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public DeadlineWheel(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static state => ((DeadlineWheel)state!).Turn(), this, Tick, Tick);
    }

    public TimeProvider Time => _time;
    public void Add(MailConnection connection) => _connections[connection] = true;
    public void Remove(MailConnection connection) => _connections.TryRemove(connection, out _);
    public void Dispose() => _timer.Dispose();

    private void Turn()
    {
        var now = _time.GetTimestamp();
        foreach (var (connection, _) in _connections)
            connection.CheckDeadlines(now);
    }
}
