using Casella.Core.Directory;
using Casella.Net.Dns;
using Casella.Server.Options;

namespace Casella.Server.Certificates;

/// <summary>Which certificates there should be: the server's own, and one for each domain whose names lead here.</summary>
internal sealed class WantedCertificates(CasellaOptions options, MailDirectory directory, IDnsResolver dns)
{
    /// <summary>The one that is shown to whoever asks for no name.</summary>
    public const string Server = "server";

    private static readonly string[] DomainHosts = ["mta-sts", "autoconfig", "autodiscover", "ua-auto-config"];

    public async Task<IReadOnlyList<WantedCertificate>> ListAsync(CancellationToken cancellationToken)
    {
        List<WantedCertificate> wanted = [new(Server, ServerNames(options))];
        if (!options.Tls.Acme.DomainNames)
            return wanted;
        var here = await AddressesAsync(options.HostName, cancellationToken);
        foreach (var domain in here is { Count: > 0 } ? await directory.DomainsAsync(cancellationToken) : [])
        {
            var names = new List<string>();
            foreach (var name in DomainHosts.Select(host => $"{host}.{domain.Name}").Except(wanted[0].Names, StringComparer.Ordinal))
                if (await AddressesAsync(name, cancellationToken) is { Count: > 0 } there && there.All(here!.Contains))
                    names.Add(name);
            if (names.Count > 0)
                wanted.Add(new WantedCertificate(domain.Name, names));
        }

        return wanted;
    }

    public static IReadOnlyList<string> ServerNames(CasellaOptions options) =>
    [
        .. options.Tls.Acme.Names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Prepend(options.HostName).Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Null when DNS does not answer.</summary>
    private async Task<IReadOnlyList<System.Net.IPAddress>?> AddressesAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await dns.AddressesAsync(name, cancellationToken);
        }
        catch (DnsTemporaryException)
        {
            return null;
        }
    }
}

/// <param name="Certificate">Its file's name: "server" or a domain.</param>
internal sealed record WantedCertificate(string Certificate, IReadOnlyList<string> Names);
