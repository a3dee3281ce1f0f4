using System.Collections.Concurrent;
using System.Net;

namespace Casella.Net.Connections;

/// <summary>
/// Counts open connections, in all and by client address (an IPv6 client counts by its /64: one household has 2^64
/// addresses). Counted by us, not by Kestrel, so that a client over the limit gets a word and not silence.
/// </summary>
internal sealed class ConnectionLimits(NetOptions options)
{
    private readonly ConcurrentDictionary<IPAddress, int> _byAddress = new();
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

        if (_byAddress.AddOrUpdate(Network(address), 1, (_, n) => n + 1) <= options.ConnectionsPerAddress)
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

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
