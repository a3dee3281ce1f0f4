using Casella.Net.Acme;
using Casella.Server.Options;

namespace Casella.Server.Certificates;

internal static class CertificateRegistration
{
    /// <summary>The server's certificates: those that are shown, and who has them made.</summary>
    public static IServiceCollection AddCertificates(this IServiceCollection services, AcmeOptions options)
    {
        services
            .AddSingleton<HttpProof>()
            .AddSingleton<TlsAlpnProof>()
            .AddSingleton<CertificateKeeper>()
            .AddSingleton(provider => provider.GetRequiredService<CertificateKeeper>().Current)
            .AddHostedService(provider => provider.GetRequiredService<CertificateKeeper>());
        return options.IsOn
            ? services
                .AddSingleton(options)
                .AddSingleton<WantedCertificates>()
                .AddSingleton<AcmeAuthority>()
                .AddSingleton<CertificateOrders>()
                .AddHostedService(provider => provider.GetRequiredService<CertificateOrders>())
            : services;
    }
}
