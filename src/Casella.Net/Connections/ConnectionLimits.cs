using System.Collections.Concurrent;
using System.Net;

namespace Casella.Net.Connections;

/// <summary>
/// Counts open connections, in all and by client address (an IPv6 client counts by its /64: one household has 2^64
/// addresses); and new ones by the minute, because a handshake costs more than it costs to ask for one. Counted by us, not
/// by Kestrel, so that a client over the limit gets a word and not silence.
/// </summary>
internal sealed class ConnectionLimits(NetOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<IPAddress, int> _byAddress = new();
    private Minute _minute = new(0);
    private int _total;

    public int Total => Volatile.Read(ref _total);

    /// <summary>
    /// Null when there is room; then <see cref="Leave"/> must follow. Otherwise the reason, and nothing was counted.
    /// </summary>
    public RefusalReason? Enter(IPAddress address)
    {
        if (Interlocked.Increment(ref _total) > options.Connections)
        {
            Interlocked.Decrement(ref _total);
            return RefusalReason.TooManyConnections;
        }

        var network = Network(address);
        if (_byAddress.AddOrUpdate(network, 1, (_, n) => n + 1) <= options.ConnectionsPerAddress && !IsTooFast(network))
            return null;
        Leave(address);
        return RefusalReason.TooManyFromAddress;
    }

    public void Leave(IPAddress address)
    {
        Interlocked.Decrement(ref _total);
        var network = Network(address);
        while (_byAddress.TryGetValue(network, out var count))
        {
            var done = count <= 1
                ? _byAddress.TryRemove(new KeyValuePair<IPAddress, int>(network, count))
                : _byAddress.TryUpdate(network, count - 1, count);
            if (done)
                return;
        }
    }

    private bool IsTooFast(IPAddress network)
    {
        if (IPAddress.IsLoopback(network))
            return false;
        var now = time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
        if (_minute.Number != now)
            _minute = new Minute(now);
        return _minute.Begun.AddOrUpdate(network, 1, (_, n) => n + 1) > options.ConnectionsPerAddressAMinute;
    }

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6 || address.Equals(IPAddress.IPv6Loopback))
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>Connections that each address has begun in it. Two that see a new one at once lose some counts, and that is all.</summary>
    private sealed record Minute(long Number)
    {
        public ConcurrentDictionary<IPAddress, int> Begun { get; } = new();
    }
}
