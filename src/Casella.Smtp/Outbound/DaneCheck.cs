using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Casella.Net.Dns;

namespace Casella.Smtp.Outbound;

/// <summary>Does a server show the certificate or key that DNS names (RFC 7672 §3, RFC 7671)?</summary>
internal static class DaneCheck
{
    private const int AuthorityUsage = 2;
    private const int ServerUsage = 3;

    /// <summary>RFC 7672 §3.1.3: the two usages that are for mail, in forms that we can compute.</summary>
    public static bool IsUsable(TlsaRecord record) =>
        record is { Usage: AuthorityUsage or ServerUsage, Selector: 0 or 1, Matching: >= 0 and <= 2, Data.Length: > 0 };

    /// <param name="shown">The certificates that the server has sent, its own first.</param>
    /// <param name="names">The names it may have: its own, and the domain's (RFC 7672 §3.2.2).</param>
    public static bool Fits(IReadOnlyList<TlsaRecord> records, IReadOnlyList<X509Certificate2> shown, IReadOnlyList<string> names)
    {
        if (shown.Count == 0)
            return false;
        // RFC 7672 §3.1.1: the record is all there is to it; neither names nor dates count.
        if (records.Any(record => record.Usage == ServerUsage && Matches(record, shown[0])))
            return true;
        return names.Any(name => shown[0].MatchesHostname(name))
            && shown.Skip(1).Any(authority => records.Any(record => record.Usage == AuthorityUsage && Matches(record, authority)) && LeadsTo(authority, shown));
    }

    private static bool Matches(TlsaRecord record, X509Certificate2 certificate)
    {
        var content = record.Selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        ReadOnlySpan<byte> wanted = record.Matching switch
        {
            0 => content,
            1 => SHA256.HashData(content),
            _ => SHA512.HashData(content),
        };
        return wanted.SequenceEqual(record.Data.Span);
    }

    /// <summary>RFC 7672 §3.1.2: the record's authority stands for all others.</summary>
    private static bool LeadsTo(X509Certificate2 authority, IReadOnlyList<X509Certificate2> shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ExtraStore.AddRange(shown.ToArray());
        // An authority that is itself signed by another is a root all the same.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        return chain.Build(shown[0]) && chain.ChainElements.Any(element => element.Certificate.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span));
    }
}
