namespace Casella.Formats.SenderRecords;

/// <summary>A public key in DNS at <c>selector._domainkey.domain</c> (RFC 6376 §3.6.1, RFC 8463 §4).</summary>
/// <param name="Key">As it stands there: SubjectPublicKeyInfo or RSAPublicKey of RSA, 32 octets of Ed25519; empty for a
/// key that is revoked.</param>
/// <param name="Hashes">Hash algorithms it may be used with; null for all.</param>
/// <param name="IsTesting">t=y: the domain is trying it out, so a failure means nothing.</param>
/// <param name="IsStrict">t=s: i= must have the domain itself, not one below it.</param>
public sealed record DkimKeyRecord(
    DkimKeyType Type, ReadOnlyMemory<byte> Key, IReadOnlyList<string>? Hashes, bool IsTesting, bool IsStrict)
{
    public bool IsRevoked => Key.IsEmpty;

    /// <summary>Null for what is no key of ours to read: another version, another kind, not for mail.</summary>
    public static DkimKeyRecord? Parse(string text)
    {
        if (TagList.Parse(text, StringComparer.Ordinal) is not { } tags)
            return null;
        if (tags["v"] is { } version && (version is not "DKIM1" || tags.First is not "v"))
            return null;
        DkimKeyType? type = (tags["k"] ?? "rsa") switch
        {
            "rsa" => DkimKeyType.Rsa,
            "ed25519" => DkimKeyType.Ed25519,
            _ => null,
        };
        if (type is null || tags["p"] is not { } written || TagList.Base64(written) is not { } key)
            return null;
        if (tags["s"] is not null && !tags.Items("s").Any(service => service is "*" or "email"))
            return null;
        var flags = tags.Items("t");
        return new DkimKeyRecord(
            type.Value, key, tags["h"] is null ? null : tags.Items("h"), flags.Contains("y", StringComparer.Ordinal), flags.Contains("s", StringComparer.Ordinal));
    }

    /// <summary>The record as it is published.</summary>
    public override string ToString() =>
        $"v=DKIM1; {(Type is DkimKeyType.Ed25519 ? "k=ed25519; " : "k=rsa; ")}p={Convert.ToBase64String(Key.Span)}";
}

/// <summary>Stored as a number: never renumber.</summary>
public enum DkimKeyType : byte
{
    Rsa = 1,
    Ed25519 = 2,
}
