using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Casella.Formats.Reports.Aggregates;

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
    /// <param name="session">Is told what is wrong with the certificate.</param>
    internal SslClientAuthenticationOptions Options(string host, TlsDemand demand, string domain, TlsSession session) => new()
    {
        TargetHost = host,
        RemoteCertificateValidationCallback = demand.Assurance switch
        {
#pragma warning disable CA5359 // opportunistic TLS takes any certificate: the alternative is clear text (RFC 7435)
            TlsAssurance.Opportunistic or TlsAssurance.Encrypted => (_, certificate, chain, errors) =>
            {
                if (demand.IsTried)
                    _ = IsCertified(certificate, chain, errors, session);
                return true;
            }
            ,
#pragma warning restore CA5359
            TlsAssurance.Certified => (_, certificate, chain, errors) => IsCertified(certificate, chain, errors, session),
            TlsAssurance.Dane => (_, certificate, chain, _) => Fits(demand, Shown(certificate, chain), [host, domain], session),
        },
    };

    private bool IsCertified(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, TlsSession session)
    {
        if (IsCertified(certificate, chain, errors))
            return true;
        var statuses = chain?.ChainStatus.Select(status => status.Status).ToList() ?? [];
        session.Fail(
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? TlsResultTypes.WrongName
            : statuses.Contains(X509ChainStatusFlags.NotTimeValid) ? TlsResultTypes.Expired
            : TlsResultTypes.Untrusted,
            string.Join(' ', statuses));
        return false;
    }

    private static bool Fits(TlsDemand demand, IReadOnlyList<X509Certificate2> shown, IReadOnlyList<string> names, TlsSession session)
    {
        if (DaneCheck.Fits(demand.Tlsa, shown, names))
            return true;
        session.Fail(TlsResultTypes.Failed, "no TLSA record fits the certificate");
        return false;
    }

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
