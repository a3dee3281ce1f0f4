using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Net.Tls;

/// <summary>
/// The certificate authority of a server that has no certificate from outside yet: makes its own CA once and a server
/// certificate for the host names, in a folder ("ca.pem" is what clients may trust). Called at start.
/// </summary>
public sealed class LocalAuthority(string folder, TimeProvider time)
{
    /// <summary>
    /// RFC 5280 profile limits of today's clients: Apple refuses server certificates of more than 398 days.
    /// </summary>
    private static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    public string AuthorityFile => Path.Join(folder, "ca.pem");
    private string AuthorityKeyFile => Path.Join(folder, "ca.key");
    public string ServerFile => Path.Join(folder, "server.pem");
    public string ServerKeyFile => Path.Join(folder, "server.key");

    /// <summary>
    /// The server certificate for these names, made or renewed when it is missing, for other names, or near its end.
    /// </summary>
    /// <param name="names">DNS names and IP addresses; the first is the subject.</param>
    public ServerCertificate GetServerCertificate(IReadOnlyList<string> names)
    {
        RenewServerCertificate(names);
        return ServerCertificate.Load(ServerFile, ServerKeyFile);
    }

    /// <summary>Its files are as they should be when this returns.</summary>
    public void RenewServerCertificate(IReadOnlyList<string> names)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var authority = LoadOrMakeAuthority();
        if (!IsCurrent(names, authority))
            MakeServer(names, authority);
    }

    private X509Certificate2 LoadOrMakeAuthority()
    {
        if (File.Exists(AuthorityFile) && File.Exists(AuthorityKeyFile))
            return X509Certificate2.CreateFromPemFile(AuthorityFile, AuthorityKeyFile);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Casella local CA {RandomNumberGenerator.GetHexString(8)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddHours(-1), now + AuthorityLifetime);
        PemFile.WriteSecret(AuthorityKeyFile, key.ExportPkcs8PrivateKeyPem());
        PemFile.WritePublic(AuthorityFile, certificate.ExportCertificatePem());
        return certificate;
    }

    private bool IsCurrent(IReadOnlyList<string> names, X509Certificate2 authority)
    {
        if (!File.Exists(ServerFile) || !File.Exists(ServerKeyFile))
            return false;
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(ServerFile));
        if (certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime < RenewBefore
            || !string.Equals(certificate.Issuer, authority.Subject, StringComparison.Ordinal))
            return false;
        var named = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (named is null)
            return false;
        var present = named.EnumerateDnsNames()
            .Concat(named.EnumerateIPAddresses().Select(address => address.ToString()))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return present.SetEquals(names);
    }

    private void MakeServer(IReadOnlyList<string> names, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={names[0]}"), key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            if (IPAddress.TryParse(name, out var address))
                alternative.AddIpAddress(address);
            else
                alternative.AddDnsName(name);
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = time.GetUtcNow();
        using var certificate = request.Create(authority, now.AddHours(-1), now + ServerLifetime, RandomNumberGenerator.GetBytes(16));
        PemFile.WriteSecret(ServerKeyFile, key.ExportPkcs8PrivateKeyPem());
        PemFile.WritePublic(ServerFile, certificate.ExportCertificatePem() + "\n" + authority.ExportCertificatePem());
    }
}
