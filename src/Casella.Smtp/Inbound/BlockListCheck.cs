using System.Net;
using System.Net.Sockets;
using Casella.Net.Dns;

namespace Casella.Smtp.Inbound;

/// <summary>Asks block lists in DNS about a client (RFC 5782).</summary>
internal static class BlockListCheck
{
    /// <summary>The lists that know the client; one that is silent knows nobody.</summary>
    public static async Task<IReadOnlyList<string>> AskAsync(
        IDnsResolver dns, IReadOnlyList<string> lists, IPAddress client, CancellationToken cancellationToken)
    {
        var reversed = Reversed(client);
        var answers = await Task.WhenAll(lists.Select(list => IsListedAsync(dns, $"{reversed}.{list}", cancellationToken)));
        return [.. lists.Where((_, i) => answers[i])];
    }

    private static async Task<bool> IsListedAsync(IDnsResolver dns, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await dns.AddressesAsync(name, AddressFamily.InterNetwork, cancellationToken)).Any(IsListing);
        }
        catch (DnsTemporaryException)
        {
            return false;
        }
    }

    /// <summary>
    /// RFC 5782 §2.1: answers are of 127.0.0.0/8. 127.255.255.x is how lists tell that they were asked wrongly, and
    /// anything else is a list that is no more and whose domain somebody sells.
    /// </summary>
    private static bool IsListing(IPAddress answer) => answer.GetAddressBytes() is [127, var second, var third, _] && !(second == 255 && third == 255);

    /// <summary>RFC 5782 §2.1, §2.4: octets, or nibbles of IPv6, backwards.</summary>
    private static string Reversed(IPAddress client) => client.AddressFamily is AddressFamily.InterNetworkV6
        ? string.Join('.', Convert.ToHexStringLower(client.GetAddressBytes()).Reverse())
        : string.Join('.', client.GetAddressBytes().Reverse());
}
