using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Casella.Formats.Codes;

/// <summary>
/// Codes of six figures that a telephone shows and that change every thirty seconds (RFC 6238, with the values that every
/// authenticator app assumes).
/// </summary>
public static class OneTimeCode
{
    /// <summary>RFC 4226 §4: 160 bits.</summary>
    public const int SecretOctets = 20;

    private const int Seconds = 30;

    // RFC 6238 §5.2: clocks differ, and people type slowly.
    private const int StepsAround = 1;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step whose code it is, later than the last one that was used (RFC 6238 §5.2); null for a wrong code.</summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastStep)
    {
        var typed = string.Concat(code.Where(char.IsAsciiDigit));
        var present = now.ToUnixTimeSeconds() / Seconds;
        long? found = null;
        for (var step = present - StepsAround; step <= present + StepsAround; step++)
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(At(secret, step)), Encoding.ASCII.GetBytes(typed)) && step > lastStep)
                found = step;
        return found;
    }

    /// <summary>RFC 4226 §5.3. HMAC-SHA-1 is what the apps have; nobody has broken it there.</summary>
    public static string At(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238 §1.2
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xF;
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(offset, 4)) & 0x7FFFFFFF;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>The secret as people type it (RFC 4648 §6).</summary>
    public static string Base32(ReadOnlySpan<byte> secret)
    {
        var (text, bits, count) = (new StringBuilder(), 0, 0);
        foreach (var octet in secret)
        {
            bits = (bits << 8) | octet;
            for (count += 8; count >= 5; count -= 5)
                text.Append(Alphabet[(bits >> (count - 5)) & 31]);
            bits &= (1 << count) - 1;
        }

        if (count > 0)
            text.Append(Alphabet[(bits << (5 - count)) & 31]);
        return text.ToString();
    }

    /// <summary>What the QR code says; the apps agree on this form.</summary>
    public static string Address(string issuer, string user, ReadOnlySpan<byte> secret) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(user)}?secret={Base32(secret)}&issuer={Uri.EscapeDataString(issuer)}";
}
