using System.Text;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.Utils;

namespace Casella.Formats.Mime;

/// <summary>
/// Mail bytes as text for people and for SEARCH: RFC 2047 words, RFC 2231 values, charsets, transfer encodings, HTML.
/// Total: unknown charsets and broken encodings give the best readable text, never an exception.
/// </summary>
public static class DecodedText
{
    /// <summary>
    /// A header value with its encoded words decoded (RFC 2047), raw 8-bit taken as UTF-8 and else as Windows-1252.
    /// </summary>
    public static string Header(ReadOnlySpan<byte> rawValue)
    {
        if (rawValue.IndexOf("=?"u8) < 0)
            return Charsets.Guess(rawValue);
        return Ascii.IsValid(rawValue)
            ? Rfc2047.DecodeText(ParserOptions.Default, rawValue.ToArray())
            : Rfc2047.DecodeText(ParserOptions.Default, Encoding.UTF8.GetBytes(Charsets.Guess(rawValue)));
    }

    /// <summary>The text of a text/* leaf: transfer encoding undone, charset decoded, HTML reduced to its text when
    /// <paramref name="htmlToText"/> is set; empty for parts that are not text.</summary>
    public static string Text(BodyPart part, ReadOnlyMemory<byte> rawBody, bool htmlToText)
    {
        if (!PartFields.IsText(part))
            return "";
        var bytes = Decoder(part) is { } decoder ? Decode(decoder, rawBody) : rawBody;
        var charset = PartFields.Find(part.Parameters, "charset") is { } name ? Encoding.ASCII.GetString(name.Span) : "";
        var text = Charsets.Decode(charset, bytes.Span);
        return htmlToText && PartFields.IsHtml(part) ? HtmlText.Read(text) : text;
    }

    /// <summary>The bytes of a leaf with its transfer encoding undone.</summary>
    /// <exception cref="FormatException">The Content-Transfer-Encoding is unknown (RFC 9051 §6.4.5
    /// UNKNOWN-CTE).</exception>
    public static byte[] Bytes(BodyPart part, ReadOnlyMemory<byte> rawBody)
    {
        if (Decoder(part) is { } decoder)
            return Decode(decoder, rawBody).ToArray();
        return IsIdentity(part.Encoding.Span)
            ? rawBody.ToArray()
            : throw new FormatException($"Unknown transfer encoding {Encoding.ASCII.GetString(part.Encoding.Span)}.");
    }

    /// <summary>Folds a text for searching: case and accents away (perché = PERCHE), compatibility forms unified
    /// (Unicode NFKD without marks, lower case), line ends and runs of white space to one space.</summary>
    public static string FoldForSearch(string text) => SearchFolding.Fold(text);

    /// <summary>
    /// A charset by its mail name, for texts that somebody says are in it: what is not is a DecoderFallbackException.
    /// Null for one that is not known, or in which ASCII is not ASCII.
    /// </summary>
    public static Encoding? StrictCharset(string name) => Charsets.FindStrict(name);

    internal static bool IsIdentity(ReadOnlySpan<byte> encoding) =>
        Ascii.EqualsIgnoreCase(encoding, "7bit"u8) || Ascii.EqualsIgnoreCase(encoding, "8bit"u8) || Ascii.EqualsIgnoreCase(encoding, "binary"u8);

    /// <summary>RFC 2045 §6, and uuencode of old times; null when there is nothing to undo.</summary>
    internal static IMimeDecoder? Decoder(BodyPart part)
    {
        var encoding = part.Encoding.Span;
        if (Ascii.EqualsIgnoreCase(encoding, "base64"u8))
            return new Base64Decoder();
        if (Ascii.EqualsIgnoreCase(encoding, "quoted-printable"u8))
            return new QuotedPrintableDecoder();
        return Ascii.EqualsIgnoreCase(encoding, "x-uuencode"u8) || Ascii.EqualsIgnoreCase(encoding, "uuencode"u8) ? new UUDecoder() : null;
    }

    private static ReadOnlyMemory<byte> Decode(IMimeDecoder decoder, ReadOnlyMemory<byte> raw)
    {
        var input = decoder is Base64Decoder ? Padded(raw.Span) : raw.ToArray();
        var output = new byte[decoder.EstimateOutputLength(input.Length)];
        var length = decoder.Decode(input, 0, input.Length, output);
        return output.AsMemory(0, length);
    }

    internal static bool IsBase64(byte octet) =>
        char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'+' or (byte)'/' or (byte)'=';

    /// <summary>Programs that leave the final "=" out exist; the decoder would drop their last letters.</summary>
    private static byte[] Padded(ReadOnlySpan<byte> base64)
    {
        var letters = 0;
        foreach (var octet in base64)
            letters += IsBase64(octet) ? 1 : 0;
        return (letters % 4) switch
        {
            2 => [.. base64, (byte)'=', (byte)'='],
            3 => [.. base64, (byte)'='],
            _ => base64.ToArray(),
        };
    }
}
