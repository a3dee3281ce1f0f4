using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Casella.Core.Directory;

namespace Casella.Net.Tls;

/// <summary>
/// The authorities whose certificates clients may sign in with. Clients that have none, or one of somebody else, are
/// served as ever: they sign in with a password.
/// </summary>
public sealed class ClientTrust
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private ClientTrust(X509Certificate2Collection authorities) => Authorities = authorities;

    internal X509Certificate2Collection Authorities { get; }

    /// <summary>Reads a PEM file of one or more authorities.</summary>
    /// <exception cref="CryptographicException">There is no certificate in it.</exception>
    public static ClientTrust Load(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? new ClientTrust(authorities) : throw new CryptographicException("There is no certificate in it.");
    }

    /// <summary>
    /// The certificate if one of the authorities stands behind it today; else null. Certificates are revoked as devices
    /// are, and not by lists.
    /// </summary>
    internal ClientCertificate? Verify(X509Certificate? shown, DateTimeOffset now)
    {
        if (shown is null)
            return null;
        using var certificate = new X509Certificate2(shown);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate) ? ClientCertificate.Of(certificate) : null;
    }
}
