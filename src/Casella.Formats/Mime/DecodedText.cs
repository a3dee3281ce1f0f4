namespace Casella.Formats.Mime;

/// <summary>Mail bytes as text for people and for SEARCH: RFC 2047 words, RFC 2231 values, charsets, transfer encodings, HTML.
/// Total: unknown charsets and broken encodings give the best readable text, never an exception.</summary>
public static class DecodedText
{
    /// <summary>A header value with its encoded words decoded (RFC 2047), raw 8-bit taken as UTF-8 and else as Windows-1252.</summary>
    public static string Header(ReadOnlySpan<byte> rawValue) => throw new NotImplementedException();

    /// <summary>The text of a text/* leaf: transfer encoding undone, charset decoded, HTML reduced to its text when
    /// <paramref name="htmlToText"/> is set; empty for parts that are not text.</summary>
    public static string Text(BodyPart part, ReadOnlyMemory<byte> rawBody, bool htmlToText) => throw new NotImplementedException();

    /// <summary>The bytes of a leaf with its transfer encoding undone.</summary>
    /// <exception cref="FormatException">The Content-Transfer-Encoding is unknown (RFC 9051 §6.4.5 UNKNOWN-CTE).</exception>
    public static byte[] Bytes(BodyPart part, ReadOnlyMemory<byte> rawBody) => throw new NotImplementedException();

    /// <summary>Folds a text for searching: case and accents away (perché = PERCHE), compatibility forms unified
    /// (Unicode NFKD without marks, lower case), line ends and runs of white space to one space.</summary>
    public static string FoldForSearch(string text) => throw new NotImplementedException();
}
