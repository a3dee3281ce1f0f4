using System.Security.Cryptography;

namespace Casella.Net.Dns;

/// <summary>
/// The secret that a DNS server knows who may change a zone by (TSIG, RFC 8945), read from the file that
/// <c>tsig-keygen</c> of BIND and <c>keymgr tsig</c> of Knot write.
/// </summary>
/// <param name="Name">Absolute, without the final dot.</param>
public sealed record UpdateKey(string Name, TsigAlgorithm Algorithm, ReadOnlyMemory<byte> Secret)
{
    private static readonly char[] Between = [' ', '\t', '\r', '\n', ';', '{', '}', '"'];

    /// <summary><c>key "casella." { algorithm hmac-sha256; secret "…="; };</c></summary>
    /// <exception cref="FormatException">It is none; the message says what is missing.</exception>
    public static UpdateKey Parse(string text)
    {
        var words = string.Join(' ', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')))
            .Split(Between, StringSplitOptions.RemoveEmptyEntries);
        string After(string word) => Array.IndexOf(words, word) is var at and >= 0 && at + 1 < words.Length
            ? words[at + 1]
            : throw new FormatException($"the file has no \"{word}\"; make it with: tsig-keygen NAME");
        var algorithm = After("algorithm").TrimEnd('.').ToUpperInvariant() switch
        {
            "HMAC-SHA256" => TsigAlgorithm.HmacSha256,
            "HMAC-SHA384" => TsigAlgorithm.HmacSha384,
            "HMAC-SHA512" => TsigAlgorithm.HmacSha512,
            // RFC 8945 §6: MD5 and SHA-1 are for the past.
            var other => throw new FormatException($"{other} is not one of hmac-sha256, hmac-sha384, hmac-sha512"),
        };
        try
        {
            return new UpdateKey(After("key").TrimEnd('.'), algorithm, Convert.FromBase64String(After("secret")));
        }
        catch (FormatException wrong) when (wrong.Message.Contains("Base-64", StringComparison.Ordinal))
        {
            throw new FormatException("the secret is no base64", wrong);
        }
    }

    internal string AlgorithmName => Algorithm switch
    {
        TsigAlgorithm.HmacSha256 => "hmac-sha256",
        TsigAlgorithm.HmacSha384 => "hmac-sha384",
        TsigAlgorithm.HmacSha512 => "hmac-sha512",
    };

    internal byte[] Mac(ReadOnlySpan<byte> message) => Algorithm switch
    {
        TsigAlgorithm.HmacSha256 => HMACSHA256.HashData(Secret.Span, message),
        TsigAlgorithm.HmacSha384 => HMACSHA384.HashData(Secret.Span, message),
        TsigAlgorithm.HmacSha512 => HMACSHA512.HashData(Secret.Span, message),
    };
}

public enum TsigAlgorithm { HmacSha256, HmacSha384, HmacSha512 }
