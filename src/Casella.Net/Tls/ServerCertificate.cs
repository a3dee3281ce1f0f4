using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Net.Tls;

/// <summary>
/// The certificate the server shows, in the form all connections share (one OpenSSL context: session resumption, no
/// per-connection copy), and those for other names of it (SNI). May be replaced while connections run.
/// </summary>
public sealed class ServerCertificate
{
    private volatile ShownCertificate _shown;
    private volatile FrozenDictionary<string, ShownCertificate> _others = FrozenDictionary<string, ShownCertificate>.Empty;
    private ClientTrust? _clients;

    /// <param name="certificate">With its private key.</param>
    /// <param name="chain">Intermediates, sent with it.</param>
    public ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection chain) => _shown = ShownCertificate.Make(certificate, chain, clients: null);

    public X509Certificate2 Certificate => _shown.Certificate;

    /// <summary>Every certificate that somebody may be shown.</summary>
    public IReadOnlyList<X509Certificate2> All => [Certificate, .. _others.Values.Select(other => other.Certificate).Distinct()];

    /// <summary>The certificate with the intermediates that belong to it, for what else is signed in this server's name.</summary>
    public (X509Certificate2 Certificate, X509Certificate2Collection Chain) WithChain
    {
        get
        {
            var shown = _shown;
            return (shown.Certificate, shown.Chain);
        }
    }

    /// <summary>What a new connection shows that asks for no name, or for one that has no certificate of its own.</summary>
    internal ShownCertificate Shown => _shown;

    /// <summary>Whether the name that a client asks for can make a difference.</summary>
    internal bool HasOthers => _others.Count > 0;

    /// <summary>The same for HTTPS, which says its versions while it shakes hands (RFC 7301).</summary>
    /// <param name="serverName">That the client asks for; empty for none.</param>
    public SslServerAuthenticationOptions HttpOptions(string? serverName) => ShownFor(serverName).HttpOptions;

    // RFC 6066 §3.
    internal ShownCertificate ShownFor(string? serverName)
    {
        if (serverName is not { Length: > 0 } || _others is not { Count: > 0 } others)
            return _shown;
        // RFC 6125 §6.4.3: a wildcard is one label.
        return others.GetValueOrDefault(serverName)
            ?? (serverName.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? others.GetValueOrDefault($"*{serverName[dot..]}") : null)
            ?? _shown;
    }

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
        var (certificate, chain) = Read(certificateFile, keyFile);
        _shown = ShownCertificate.Make(certificate, chain, _clients);
    }

    /// <summary>New connections that ask for a name of these certificates are shown that one from now on.</summary>
    /// <param name="files">Of each: as for <see cref="Load"/>.</param>
    public void ShowOthers(IReadOnlyList<(string CertificateFile, string KeyFile)> files)
    {
        var others = new Dictionary<string, ShownCertificate>(StringComparer.OrdinalIgnoreCase);
        foreach (var (certificateFile, keyFile) in files)
        {
            var (certificate, chain) = Read(certificateFile, keyFile);
            var shown = ShownCertificate.Make(certificate, chain, _clients);
            foreach (var name in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()))
                others.TryAdd(name, shown);
        }

        _others = others.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// New connections are asked for a certificate of the client from now on. They need not have one. To be said before
    /// <see cref="ShowOthers"/>.
    /// </summary>
    public void AskClients(ClientTrust clients)
    {
        _clients = clients;
        _shown = ShownCertificate.Make(Certificate, _shown.Chain, clients);
    }

    private static (X509Certificate2, X509Certificate2Collection) Read(string certificateFile, string keyFile)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(certificateFile);
        var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        return (certificate, [.. all.Skip(1)]);
    }
}

/// <summary>A certificate with the options that make connections show it.</summary>
/// <param name="Clients">Null when clients are not asked for theirs.</param>
internal sealed record ShownCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain, ClientTrust? Clients)
{
    /// <summary>
    /// RFC 7301 §3.2: a browser that is led to a port of mail says "http/1.1" or "h2" and gets no further (ALPACA). Programs of
    /// mail say nothing, or one of these.
    /// </summary>
    private static readonly List<SslApplicationProtocol> MailProtocols = [new("imap"), new("pop3"), new("smtp"), new("managesieve")];

    /// <summary>Of mail programs.</summary>
    public required SslServerAuthenticationOptions Options { get; init; }
    public required SslServerAuthenticationOptions HttpOptions { get; init; }

    public static ShownCertificate Make(X509Certificate2 certificate, X509Certificate2Collection chain, ClientTrust? clients) =>
        new(certificate, chain, clients) { Options = ForMail(certificate, chain, clients), HttpOptions = ForHttp(certificate, chain) };

    /// <summary>Browsers are never asked for a certificate: they would ask their user.</summary>
    private static SslServerAuthenticationOptions ForHttp(X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
        AllowTlsResume = true,
        AllowRenegotiation = false,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    private static SslServerAuthenticationOptions ForMail(X509Certificate2 certificate, X509Certificate2Collection chain, ClientTrust? clients)
    {
        // The names of the authorities are sent: programs with several certificates choose by them, or ask nobody.
        var trust = clients is null ? null : SslCertificateTrust.CreateForX509Collection(clients.Authorities, sendTrustInHandshake: true);
        return new SslServerAuthenticationOptions
        {
            // RFC 8314 §4.1: TLS 1.2 at least. The default cipher policy object: an own one would cost 11 KB a
            // connection.
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true, trust),
            AllowTlsResume = true,
            AllowRenegotiation = false,
            ApplicationProtocols = MailProtocols,
            ClientCertificateRequired = clients is not null,
            // Who may sign in with it is asked afterwards; without one, or with a stranger's, the password decides.
#pragma warning disable CA5359 // the handshake proves that the client has the key, and nothing follows from it alone
            RemoteCertificateValidationCallback = clients is null ? null : static (_, _, _, _) => true,
#pragma warning restore CA5359
        };
    }
}
