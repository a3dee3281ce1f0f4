using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Casella.Formats.Urls;

/// <summary>Percent-encoding (RFC 3986 §2.1) with the sets of RFC 5092 §11.</summary>
internal static class UrlEncoding
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>bchar: achar, ":", "@" and "/".</summary>
    public static SearchValues<char> Mailbox { get; } = SearchValues.Create(Unreserved + "!$'()*+,&=:@/");

    /// <summary>achar.</summary>
    public static SearchValues<char> User { get; } = SearchValues.Create(Unreserved + "!$'()*+,&=");

    /// <summary>achar without what an atom has not; "*" stands for any mechanism.</summary>
    public static SearchValues<char> Mechanism { get; } = SearchValues.Create(Unreserved + "*");

    /// <summary>Of a host's name or IPv4 address, and of a token's mechanism.</summary>
    public static SearchValues<char> Host { get; } = SearchValues.Create(Unreserved.Replace("~", "", StringComparison.Ordinal));

    /// <summary>Of an IPv6 address.</summary>
    public static SearchValues<char> Address { get; } = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static SearchValues<char> Hexadecimal { get; } = SearchValues.Create("0123456789abcdefABCDEF");

    public static string Encode(string text, SearchValues<char> plain)
    {
        if (text.AsSpan().IndexOfAnyExcept(plain) < 0)
            return text;
        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
            if (octet < 0x80 && plain.Contains((char)octet))
                encoded.Append((char)octet);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        return encoded.ToString();
    }

    /// <summary>Null for what is no encoding, or not UTF-8, or has a character of no set in it, or a NUL.</summary>
    public static string? Decode(ReadOnlySpan<char> text, SearchValues<char> plain)
    {
        var octets = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                if (!plain.Contains(text[i]))
                    return null;
                octets[length++] = (byte)text[i];
                continue;
            }

            if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet) || octet == 0)
                return null;
            octets[length++] = octet;
            i += 2;
        }

        return Utf8.IsValid(octets.AsSpan(0, length)) ? Encoding.UTF8.GetString(octets, 0, length) : null;
    }
}
