using System.Net;
using System.Net.Sockets;

namespace Casella.Formats.Addresses;

/// <summary>
/// Whether an address is a place on the public network: what a stranger makes the server ask must never be the server's
/// own network (RFC 6890 and its registry).
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Reserved =
    [
        .. from text in (string[])
            [
                "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
                "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            ]
           select IPNetwork.Parse(text),
    ];

    /// <summary>Of IPv6 only what is given out to the world, less what hides an IPv4 address or is for examples.</summary>
    private static readonly IPNetwork World = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] NotWorld = [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return Is(address.MapToIPv4());
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Reserved.Any(network => network.Contains(address)),
            AddressFamily.InterNetworkV6 => World.Contains(address) && !NotWorld.Any(network => network.Contains(address)),
            _ => false,
        };
    }
}
