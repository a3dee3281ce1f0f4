using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// Mailbox names on the wire (RFC 3501 §5.1.3): printable ASCII stands for itself, "&amp;" is "&amp;-", everything else
/// is UTF-16 in base64 with "," for "/" between "&amp;" and "-". Only the one canonical spelling of a name is taken, so
/// that two spellings can never name two mailboxes.
/// </summary>
public static class ModifiedUtf7
{
    private const int Invalid = -1;

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,"u8;

    /// <summary>
    /// Decodes a name; false for octets outside printable ASCII and for any spelling that is not canonical.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var builder = new StringBuilder(encoded.Length);
        var rest = encoded;
        while (!rest.IsEmpty)
        {
            if (rest[0] is < 0x20 or > 0x7E)
                return false;
            if (rest[0] != (byte)'&')
            {
                builder.Append((char)rest[0]);
                rest = rest[1..];
                continue;
            }
            var end = rest.IndexOf((byte)'-');
            if (end < 0)
                return false;
            if (end == 1)
                builder.Append('&');
            else if (!TryDecodeShifted(rest[1..end], builder))
                return false;
            rest = rest[(end + 1)..];
        }
        var decoded = builder.ToString();
        // Encoding it again is the one rule that catches every other spelling: shifted ASCII ("&AGE-"), two runs where
        // one does, surplus bits.
        if (!IsWellFormed(decoded) || !encoded.SequenceEqual(Encode(decoded)))
            return false;
        text = decoded;
        return true;
    }

    /// <summary>Encodes a name to its canonical spelling.</summary>
    public static byte[] Encode(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 8);
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c is >= ' ' and <= '~')
            {
                output.Write(c == '&' ? "&-"u8 : [(byte)c]);
                i++;
                continue;
            }
            var start = i;
            while (i < text.Length && text[i] is not (>= ' ' and <= '~'))
                i++;
            EncodeShifted(text.AsSpan(start, i - start), output);
        }
        return output.WrittenSpan.ToArray();
    }

    private static void EncodeShifted(ReadOnlySpan<char> run, ArrayBufferWriter<byte> output)
    {
        output.Write("&"u8);
        uint bits = 0;
        var count = 0;
        foreach (var unit in run)
        {
            bits = bits << 16 | unit;
            count += 16;
            for (; count >= 6; count -= 6)
                output.Write([Alphabet[(int)(bits >> (count - 6) & 63)]]);
        }
        if (count > 0)
            output.Write([Alphabet[(int)(bits << (6 - count) & 63)]]);
        output.Write("-"u8);
    }

    private static bool TryDecodeShifted(ReadOnlySpan<byte> run, StringBuilder builder)
    {
        uint bits = 0;
        var count = 0;
        foreach (var b in run)
        {
            var value = Alphabet.IndexOf(b);
            if (value == Invalid)
                return false;
            bits = bits << 6 | (uint)value;
            count += 6;
            if (count < 16)
                continue;
            count -= 16;
            builder.Append((char)(bits >> count & 0xFFFF));
        }
        return true;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || ++i == text.Length || !char.IsLowSurrogate(text[i]))
                return false;
        }
        return true;
    }
}
