using System.Net;
using System.Security.Cryptography.X509Certificates;
using Casella.Net.Acme;
using Casella.Net.Dns;
using Casella.Server.Options;

namespace Casella.Server.Certificates;

/// <summary>
/// The configured authority and our account there, made at the first order. One call at a time: its caller,
/// <see cref="CertificateOrders"/>, sees to that.
/// </summary>
internal sealed class AcmeAuthority(AcmeOptions options, CertificateKeeper keeper, HttpProof http, TlsAlpnProof tlsAlpn, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly AcmeFolder _folder = keeper.Folder;

    public string Directory => options.Directory;

    public async Task<IssuedCertificate> OrderAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var web = Web();
        var client = await SignInAsync(web, cancellationToken);
        try
        {
            return await client.OrderAsync(names, Proof(), cancellationToken);
        }
        catch (AcmeException unknown) when (unknown.Type is "accountDoesNotExist")
        {
            // The authority has forgotten the account (a test authority does at each start): the key gets another.
            await RegisterAsync(client, cancellationToken);
            return await client.OrderAsync(names, Proof(), cancellationToken);
        }
    }

    public async Task ChangeKeyAsync(CancellationToken cancellationToken)
    {
        using var web = Web();
        var client = await SignInAsync(web, cancellationToken);
        using var key = AcmeKey.Make();
        // Kept before it is told: whatever happens between, one of the two is the account's.
        _folder.KeepNextKey(options.Directory, key);
        await client.ChangeKeyAsync(key, cancellationToken);
        Promote(key, client.AccountUrl);
    }

    private async Task<AcmeClient> SignInAsync(HttpClient web, CancellationToken cancellationToken)
    {
        var (key, url) = _folder.Account(options.Directory);
        var client = new AcmeClient(web, new Uri(options.Directory), key, url, time);
        if (_folder.NextKey(options.Directory) is { } next)
            client = await SettleAsync(web, client, next, cancellationToken);
        else if (url is null)
        {
            // RFC 8555 §7.3: to register twice is to find the account, so a key that is kept first loses nothing.
            _folder.KeepAccount(options.Directory, key, url: null);
            await RegisterAsync(client, cancellationToken);
        }

        return client;
    }

    /// <summary>A change of key was cut: the account is the new key's, or still the old one's.</summary>
    private async Task<AcmeClient> SettleAsync(HttpClient web, AcmeClient old, AcmeKey next, CancellationToken cancellationToken)
    {
        var client = new AcmeClient(web, new Uri(options.Directory), next, accountUrl: null, time);
        if (await client.FindAccountAsync(cancellationToken))
        {
            Promote(next, client.AccountUrl);
            return client;
        }

        _folder.ForgetNextKey(options.Directory);
        return old;
    }

    private void Promote(AcmeKey key, string? url)
    {
        _folder.KeepAccount(options.Directory, key, url);
        _folder.ForgetNextKey(options.Directory);
    }

    private async Task RegisterAsync(AcmeClient client, CancellationToken cancellationToken)
    {
        await client.RegisterAsync(options.Contact, cancellationToken);
        _folder.KeepAccount(options.Directory, client.Key, client.AccountUrl);
    }

    private IChallengeProof Proof() => options.Challenge switch
    {
        AcmeChallenge.Http => http,
        AcmeChallenge.TlsAlpn => tlsAlpn,
        AcmeChallenge.Dns => new DnsProof(
            new DnsUpdate(DnsServer(options.DnsServer), UpdateKey.Parse(File.ReadAllText(options.DnsKey)), time), options.DnsWait, time),
    };

    internal static IPEndPoint DnsServer(string typed) => IPEndPoint.Parse(typed) is { Port: 0 } bare ? new IPEndPoint(bare.Address, 53) : IPEndPoint.Parse(typed);

    private HttpClient Web()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (options.Authorities.Length > 0)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(options.Authorities);
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        var client = new HttpClient(handler) { Timeout = Patience };
        // RFC 8555 §6.1.
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"casella/{ProductVersion.Text}");
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return client;
    }
}
