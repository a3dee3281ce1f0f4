using System.Globalization;
using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using Casella.Formats.SenderRecords;

namespace Casella.Formats.Signatures;

/// <summary>
/// A DKIM-Signature (RFC 6376 §3.5) or an ARC-Message-Signature (RFC 8617 §4.1.2), which is the same with an instance
/// number in place of a version.
/// </summary>
/// <param name="Field">Where it stands in the header.</param>
/// <param name="Headers">h=, in its order.</param>
/// <param name="Length">l=, or null.</param>
public sealed record MessageSignature(
    HeaderField Field, SignatureAlgorithm Algorithm, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> BodyHash, string Domain, string Selector,
    IReadOnlyList<string> Headers, bool IsHeaderRelaxed, bool IsBodyRelaxed, long? Length)
{
    /// <summary>Names in h=.</summary>
    private const int MaxHeaders = 500;

    /// <summary>The domain of i=; the signing domain itself or one below it.</summary>
    public string IdentityDomain { get; init; } = Domain;

    /// <summary>t=, seconds since 1970, or null.</summary>
    public long? SignedAt { get; init; }

    /// <summary>x=, seconds since 1970, or null.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>i= of an ARC-Message-Signature; 0 for DKIM.</summary>
    public int Instance { get; init; }

    /// <summary>Where the key is.</summary>
    public string KeyName => $"{Selector}._domainkey.{Domain}";

    /// <summary>Null for what is no signature, or one that says what contradicts itself.</summary>
    public static MessageSignature? Parse(HeaderField field, bool isArc)
    {
        if (TagList.Parse(Encoding.UTF8.GetString(field.Value.Span), StringComparer.Ordinal) is not { } tags || !HasVersion(tags, isArc))
            return null;
        if (tags["b"] is not { } b || TagList.Base64(b) is not { Length: > 0 } signature
            || tags["bh"] is not { } bh || TagList.Base64(bh) is not { } bodyHash || Place(tags) is not var (domain, selector))
            return null;
        var headers = tags.Items("h");
        if (headers.Count is 0 or > MaxHeaders || !headers.Any(name => string.Equals(name, "From", StringComparison.OrdinalIgnoreCase)))
            return null;    // RFC 6376 §5.4: From must be signed
        if (Canonicalization(tags["c"]) is not var (isHeaderRelaxed, isBodyRelaxed)
            || !TryNumber(tags["l"], out var length) || !TryNumber(tags["t"], out var signedAt) || !TryNumber(tags["x"], out var expiresAt))
            return null;
        if (expiresAt <= signedAt || (tags["q"] is not null && !tags.Items("q").Contains("dns/txt", StringComparer.Ordinal)))
            return null;
        if (IdentityOf(isArc ? null : tags["i"], domain) is not { } identity)
            return null;
        return new MessageSignature(
            field, AlgorithmOf(tags["a"]), signature, bodyHash, domain, selector, headers, isHeaderRelaxed, isBodyRelaxed, length)
        {
            IdentityDomain = identity,
            SignedAt = signedAt,
            ExpiresAt = expiresAt,
            Instance = isArc ? InstanceOf(tags) : 0,
        };
    }

    /// <summary>sig-a-tag-alg; what we do not know is a value of its own.</summary>
    internal static SignatureAlgorithm AlgorithmOf(string? name) => name switch
    {
        "rsa-sha256" => SignatureAlgorithm.RsaSha256,
        "ed25519-sha256" => SignatureAlgorithm.Ed25519Sha256,
        "rsa-sha1" => SignatureAlgorithm.RsaSha1,
        _ => SignatureAlgorithm.Unknown,
    };

    /// <summary>d= and s=, canonical; null when one is missing or no name.</summary>
    internal static (string Domain, string Selector)? Place(TagList tags) =>
        DomainName.TryCanonicalize(tags["d"], out var domain) && IsSelector(tags["s"]) ? (domain, tags["s"]!.ToLowerInvariant()) : null;

    /// <summary>1 to 50 (RFC 8617 §4.2.1); 0 for what is none.</summary>
    internal static int InstanceOf(TagList tags) =>
        int.TryParse(tags["i"], NumberStyles.None, CultureInfo.InvariantCulture, out var instance) && instance is >= 1 and <= 50 ? instance : 0;

    private static bool HasVersion(TagList tags, bool isArc) => isArc ? InstanceOf(tags) > 0 && tags["v"] is null : tags["v"] is "1";

    /// <summary>Selectors have names that no host may have ("s_1"), so the rule for host names is too strict.</summary>
    private static bool IsSelector(string? text) => text is { Length: > 0 and <= 200 }
        && text.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    private static (bool Header, bool Body)? Canonicalization(string? text) => text switch
    {
        null or "simple" or "simple/simple" => (false, false),
        "relaxed" or "relaxed/simple" => (true, false),
        "relaxed/relaxed" => (true, true),
        "simple/relaxed" => (false, true),
        _ => null,
    };

    /// <summary>A number of up to twelve digits; no value is no number.</summary>
    private static bool TryNumber(string? text, out long? number)
    {
        number = null;
        if (text is null)
            return true;
        if (text.Length > 12 || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            return false;
        number = read;
        return true;
    }

    /// <summary>RFC 6376 §3.5 i=: [ Local-part ] "@" domain, the signing domain or one below it.</summary>
    private static string? IdentityOf(string? identity, string domain)
    {
        if (identity is null)
            return domain;
        if (!DomainName.TryCanonicalize(identity[(identity.LastIndexOf('@') + 1)..], out var name) || !identity.Contains('@', StringComparison.Ordinal))
            return null;
        return string.Equals(name, domain, StringComparison.Ordinal) || name.EndsWith($".{domain}", StringComparison.Ordinal) ? name : null;
    }
}

public enum SignatureAlgorithm
{
    Unknown,
    /// <summary>RFC 8301 §3.1: not to be believed any more.</summary>
    RsaSha1,
    RsaSha256,
    Ed25519Sha256,
}
