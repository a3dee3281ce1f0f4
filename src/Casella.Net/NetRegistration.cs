using Casella.Net.Connections;
using Casella.Net.Dns;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Net;

public static class NetRegistration
{
    /// <summary>
    /// Registers the network room. The server also registers a <see cref="Tls.ServerCertificate"/> and a TimeProvider.
    /// </summary>
    public static IServiceCollection AddCasellaNet(this IServiceCollection services, NetOptions options, DnsOptions dns) => services
        .AddSingleton(options)
        .AddSingleton(dns)
        .AddSingleton<IDnsResolver, NetworkDnsResolver>()
        .AddSingleton<MailListeners>();
}
