using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Net.Tls;

/// <summary>
/// The certificate the server shows, in the form all connections share (one OpenSSL context: session resumption, no
/// per-connection copy). May be replaced while connections run.
/// </summary>
public sealed class ServerCertificate
{
    private volatile ShownCertificate _shown;
    private volatile SslServerAuthenticationOptions _http;
    private X509Certificate2Collection _chain;
    private ClientTrust? _clients;

    /// <param name="certificate">With its private key.</param>
    /// <param name="chain">Intermediates, sent with it.</param>
    public ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection chain) =>
        (_chain, _shown, _http) = (chain, Make(certificate, chain, clients: null), MakeHttp(certificate, chain));

    public X509Certificate2 Certificate => _shown.Certificate;

    /// <summary>The certificate with the intermediates that belong to it, for what else is signed in this server's name.</summary>
    public (X509Certificate2 Certificate, X509Certificate2Collection Chain) WithChain
    {
        get
        {
            var shown = _shown;
            return (shown.Certificate, shown.Chain);
        }
    }

    /// <summary>What a new connection shows.</summary>
    internal ShownCertificate Shown => _shown;

    /// <summary>The same for HTTPS, which says its versions while it shakes hands (RFC 7301).</summary>
    public SslServerAuthenticationOptions HttpOptions => _http;

    /// <summary>Loads PEM files: the server's certificate first, then intermediates; the key unencrypted.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The files are not a certificate and its
    /// key.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        var (certificate, chain) = Read(certificateFile, keyFile);
        return new ServerCertificate(certificate, chain);
    }

    /// <summary>New connections use the new files from now on.</summary>
    public void Replace(string certificateFile, string keyFile)
    {
        (var certificate, _chain) = Read(certificateFile, keyFile);
        _shown = Make(certificate, _chain, _clients);
        _http = MakeHttp(certificate, _chain);
    }

    /// <summary>New connections are asked for a certificate of the client from now on. They need not have one.</summary>
    public void AskClients(ClientTrust clients)
    {
        _clients = clients;
        _shown = Make(Certificate, _chain, clients);
    }

    private static (X509Certificate2, X509Certificate2Collection) Read(string certificateFile, string keyFile)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(certificateFile);
        var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        return (certificate, [.. all.Skip(1)]);
    }

    /// <summary>Browsers are never asked for a certificate: they would ask their user.</summary>
    private static SslServerAuthenticationOptions MakeHttp(X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
        AllowTlsResume = true,
        AllowRenegotiation = false,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    private static ShownCertificate Make(X509Certificate2 certificate, X509Certificate2Collection chain, ClientTrust? clients)
    {
        // The names of the authorities are sent: programs with several certificates choose by them, or ask nobody.
        var trust = clients is null ? null : SslCertificateTrust.CreateForX509Collection(clients.Authorities, sendTrustInHandshake: true);
        return new ShownCertificate(certificate, chain, clients, new SslServerAuthenticationOptions
        {
            // RFC 8314 §4.1: TLS 1.2 at least. The default cipher policy object: an own one would cost 11 KB a
            // connection.
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true, trust),
            AllowTlsResume = true,
            AllowRenegotiation = false,
            ClientCertificateRequired = clients is not null,
            // Who may sign in with it is asked afterwards; without one, or with a stranger's, the password decides.
#pragma warning disable CA5359 // the handshake proves that the client has the key, and nothing follows from it alone
            RemoteCertificateValidationCallback = clients is null ? null : static (_, _, _, _) => true,
#pragma warning restore CA5359
        });
    }
}

/// <summary>A certificate with the options that make connections show it.</summary>
/// <param name="Clients">Null when clients are not asked for theirs.</param>
internal sealed record ShownCertificate(
    X509Certificate2 Certificate, X509Certificate2Collection Chain, ClientTrust? Clients, SslServerAuthenticationOptions Options);
