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

    /// <param name="certificate">With its private key.</param>
    /// <param name="chain">Intermediates, sent with it.</param>
    public ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        _shown = new ShownCertificate(certificate, Make(certificate, chain));
    }

    public X509Certificate2 Certificate => _shown.Certificate;

    /// <summary>What a new connection shows.</summary>
    internal ShownCertificate Shown => _shown;

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
        _shown = new ShownCertificate(certificate, Make(certificate, chain));
    }

    private static (X509Certificate2, X509Certificate2Collection) Read(string certificateFile, string keyFile)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(certificateFile);
        var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        return (certificate, [.. all.Skip(1)]);
    }

    private static SslServerAuthenticationOptions Make(X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        // RFC 8314 §4.1: TLS 1.2 at least. The default cipher policy object: an own one would cost 11 KB a connection.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
        AllowTlsResume = true,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
    };
}

/// <summary>A certificate with the options that make connections show it.</summary>
internal sealed record ShownCertificate(X509Certificate2 Certificate, SslServerAuthenticationOptions Options);
