using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Casella.Core.Directory;

/// <summary>
/// What counts as one place on the network for the sign-in budgets: one IPv4 address, or one IPv6 /64, which is the
/// least that anybody is given. An IPv4 address that arrives on an IPv6 socket is the IPv4 address.
/// </summary>
internal readonly record struct AddressGroup(ulong Value, bool IsV6)
{
    public static AddressGroup Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new AddressGroup(BinaryPrimitives.ReadUInt64BigEndian(bytes), IsV6: true)
            : new AddressGroup(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsV6: false);
    }

    /// <summary>"192.0.2.1", "2001:db8:1:2::/64".</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!IsV6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Value);
            return new IPAddress(bytes[..4]).ToString();
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);
        return $"{new IPAddress(bytes)}/64";
    }
}
