using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Smtp.Outbound;

/// <summary>
/// Which certificates of other servers are believed: those of the system's authorities, of further ones from the
/// configuration, or the one that DNS names.
/// </summary>
public sealed class RemoteCertificates
{
    private readonly X509Certificate2Collection _further = [];

    /// <exception cref="FormatException">Outbound:TrustedRoots is not a file of certificates.</exception>
    public RemoteCertificates(OutboundOptions options)
    {
        if (options.TrustedRoots.Length == 0)
            return;
        try
        {
            _further.ImportFromPemFile(options.TrustedRoots);
        }
        catch (Exception unusable) when (unusable is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new FormatException($"Outbound:TrustedRoots: {unusable.Message}", unusable);
        }
    }

    /// <summary>What is wrong with the options, in words; null when nothing is.</summary>
    public static string? Problem(OutboundOptions options)
    {
        try
        {
            _ = new RemoteCertificates(options);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>For a handshake with a server that must come up to a demand.</summary>
    internal SslClientAuthenticationOptions Options(string host, TlsDemand demand, string domain) => new()
    {
        TargetHost = host,
        RemoteCertificateValidationCallback = demand.Assurance switch
        {
#pragma warning disable CA5359 // Opportunistic TLS takes any certificate: the alternative is clear text (RFC 7435).
            TlsAssurance.Opportunistic or TlsAssurance.Encrypted => static (_, _, _, _) => true,
#pragma warning restore CA5359
            TlsAssurance.Certified => (_, certificate, chain, errors) => IsCertified(certificate, chain, errors),
            TlsAssurance.Dane => (_, certificate, chain, _) => DaneCheck.Fits(demand.Tlsa, Shown(certificate, chain), [host, domain]),
        },
    };

    /// <summary>The system has said no only because it does not know the authority: do we?</summary>
    internal bool IsCertified(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors is SslPolicyErrors.None)
            return true;
        if (errors is not SslPolicyErrors.RemoteCertificateChainErrors || _further.Count == 0 || certificate is not X509Certificate2 own)
            return false;
        using var again = new X509Chain();
        again.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        again.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        again.ChainPolicy.CustomTrustStore.AddRange(_further);
        again.ChainPolicy.ExtraStore.AddRange(Shown(own, chain).ToArray());
        return again.Build(own);
    }

    private static IReadOnlyList<X509Certificate2> Shown(X509Certificate? certificate, X509Chain? chain) => certificate is X509Certificate2 own
        ? [own, .. chain?.ChainPolicy.ExtraStore.Where(other => !other.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span)) ?? []]
        : [];
}
