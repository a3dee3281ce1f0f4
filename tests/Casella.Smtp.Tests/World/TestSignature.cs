using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Casella.Formats.Signatures;
using Geralt;

namespace Casella.Smtp.Tests.World;

/// <summary>
/// Signs messages as another server would, and as none should: every tag can be said otherwise. The keys are the same
/// for all tests, for making one takes a moment.
/// </summary>
internal static class TestSignature
{
    private static readonly int[] Sizes = [512, 1023, 1024, 4096, 8192];
    private static readonly Lazy<RSA> Rsa2048 = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> Rsa768 = new(() => RSA.Create(768));

    /// <summary>Of sizes that take long to make, or that nobody makes any more; in World/Keys.</summary>
    private static readonly Dictionary<string, Lazy<RSA>> Kept = Sizes.ToDictionary(bits => $"k{bits}", bits => new Lazy<RSA>(() => Read(bits)), StringComparer.Ordinal);
    private static readonly byte[] Seed = RandomNumberGenerator.GetBytes(32);

    /// <summary>The records of the keys at selectors r (RSA), e (Ed25519), w (a weak one), and of each size at k512 to k8192.</summary>
    public static string Keys(string domain) => $"""
        r._domainkey.{domain} TXT v=DKIM1; k=rsa; p={Convert.ToBase64String(Rsa2048.Value.ExportSubjectPublicKeyInfo())}
        e._domainkey.{domain} TXT v=DKIM1; k=ed25519; p={Convert.ToBase64String(Pair().Public)}
        w._domainkey.{domain} TXT v=DKIM1; p={Convert.ToBase64String(Rsa768.Value.ExportSubjectPublicKeyInfo())}
        {string.Join('\n', Kept.Select(key => $"{key.Key}._domainkey.{domain} TXT v=DKIM1; p={Convert.ToBase64String(key.Value.Value.ExportSubjectPublicKeyInfo())}"))}
        """;

    /// <summary>
    /// Keys that somebody publishes to see what happens: plain (as RSAPublicKey; that of r), giant (of 8200 bits) and slow (its
    /// exponent is as long as itself).
    /// </summary>
    public static string OddKeys(string domain)
    {
        var modulus = Rsa2048.Value.ExportParameters(false).Modulus!;
        byte[] giant = [0xC1, .. RandomNumberGenerator.GetBytes(1023), 0x01];
        return $"""
            plain._domainkey.{domain} TXT v=DKIM1; p={Convert.ToBase64String(Rsa2048.Value.ExportRSAPublicKey())}
            giant._domainkey.{domain} TXT v=DKIM1; p={PublicKey(giant, [1, 0, 1])}
            slow._domainkey.{domain} TXT v=DKIM1; p={PublicKey(modulus, [0x7F, .. modulus[1..]])}
            """;
    }

    private static string PublicKey(byte[] modulus, byte[] exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteIntegerUnsigned(modulus);
            key.WriteIntegerUnsigned(exponent);
        }

        return Convert.ToBase64String(key.Encode());
    }

    /// <summary>The message with a signature on top.</summary>
    /// <param name="tags">Beside bh, b and the defaults: "d=example.net; s=r; a=rsa-sha256".</param>
    public static string Sign(string message, string tags, string name = "DKIM-Signature")
    {
        var (header, body) = Split(message);
        var given = tags.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(tag => tag[..tag.IndexOf('=', StringComparison.Ordinal)], tag => tag[(tag.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);
        var isArc = !string.Equals(name, "DKIM-Signature", StringComparison.Ordinal);
        string Of(string tag, string otherwise) => given.TryGetValue(tag, out var value) ? value : otherwise;
        var names = Of("h", "From:To:Subject");
        var length = given.TryGetValue("l", out var l) ? long.Parse(l, System.Globalization.CultureInfo.InvariantCulture) : (long?)null;
        var rest = string.Concat(given.Where(tag => tag.Key is not ("a" or "c" or "h" or "v")).Select(tag => $" {tag.Key}={tag.Value};"));
        var field = $"{name}: {(isArc ? "" : $"v={Of("v", "1")}; ")}a={Of("a", "rsa-sha256")}; c=relaxed/relaxed; h={names};\r\n\t{rest.Trim()} bh={Hash(body, length)}; b=";
        var signed = SignedHeader.Read(Encoding.UTF8.GetBytes(header)).SignedBytes(names.Split(':'), Encoding.UTF8.GetBytes(field), isRelaxed: true);
        return $"{field}{Make(Of("s", "r"), signed)}\r\n{message}";
    }

    /// <summary>The message with another set of ARC on top.</summary>
    public static string Seal(string message, ArcTestSet set)
    {
        var withResults = $"ARC-Authentication-Results: i={set.Instance}; mx.{set.Domain}; {set.Results}\r\n{message}";
        var signed = Sign(withResults, $"i={set.Instance}; d={set.Domain}; s=r; h=From:To:Subject", "ARC-Message-Signature");
        var seal = $"ARC-Seal: i={set.Instance}; a=rsa-sha256; cv={set.Validity}; d={set.Domain}; s=r;\r\n\tb=";
        var header = SignedHeader.Read(Encoding.UTF8.GetBytes($"{seal}AAAA\r\n{Split(signed).Header}"));
        var bytes = ArcChain.Read(header).SealedBytes(header, set.Instance);
        return $"{seal}{Make("r", bytes)}\r\n{signed}";
    }

    private static string Make(string selector, byte[] data)
    {
        if (selector[0] != 'e')
            return Convert.ToBase64String((Kept.GetValueOrDefault(selector) ?? (selector[0] == 'w' ? Rsa768 : Rsa2048)).Value
                .SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var signature = new byte[64];
        Ed25519.Sign(signature, SHA256.HashData(data), Pair().Private);
        return Convert.ToBase64String(signature);
    }

    private static RSA Read(int bits)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(Path.Join(AppContext.BaseDirectory, "World", "Keys", $"rsa{bits}.pem")));
        return rsa;
    }

    private static (byte[] Public, byte[] Private) Pair()
    {
        var (open, secret) = (new byte[32], new byte[64]);
        Ed25519.GenerateKeyPair(open, secret, Seed);
        return (open, secret);
    }

    private static string Hash(string body, long? length)
    {
        using var hash = new BodyHash(isRelaxed: true, length);
        hash.Append(Encoding.UTF8.GetBytes(body));
        return Convert.ToBase64String(hash.Finish());
    }

    private static (string Header, string Body) Split(string message)
    {
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return (message[..end], message[end..]);
    }
}

/// <param name="Results">Of ARC-Authentication-Results, behind the server's name.</param>
/// <param name="Validity">cv=.</param>
internal sealed record ArcTestSet(int Instance, string Domain, string Results, string Validity);
