using System.Net.NetworkInformation;
using Casella.Formats.Addresses;

namespace Casella.Server.Configuration;

/// <summary>The machine's own name, for a server that was not told one. Asks nobody on the network.</summary>
internal static class MachineName
{
    public static string Find()
    {
        var network = IPGlobalProperties.GetIPGlobalProperties();
        var name = network.DomainName is { Length: > 0 } domain and not "(none)"
            ? $"{network.HostName.Split('.')[0]}.{domain}"
            : network.HostName;
        // Containers and freshly installed machines have names that are none in the DNS ("my_laptop").
        return DomainName.TryCanonicalize(name, out var canonical) ? canonical : "localhost";
    }
}
