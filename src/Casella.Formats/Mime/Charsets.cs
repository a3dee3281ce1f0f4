using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// Charsets by their mail names (RFC 2978's registry, and what programs write instead). Total: what cannot be decoded
/// becomes the best readable text.
/// </summary>
internal static class Charsets
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Also true for .NET's own lookup: GB 2312 is read as its superset, as every mail program does.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["latin1"] = "iso-8859-1",
        ["latin-1"] = "iso-8859-1",
        ["cp1252"] = "windows-1252",
        ["ansi"] = "windows-1252",
        ["us-ascii"] = "windows-1252",
        ["ascii"] = "windows-1252",
        ["iso-8859-1"] = "windows-1252",
        ["gb2312"] = "gb18030",
        ["gbk"] = "gb18030",
        ["ks_c_5601-1987"] = "euc-kr",
        ["x-unknown"] = "utf-8",
        ["unknown-8bit"] = "utf-8",
    };

    static Charsets() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>
    /// Bytes of a named charset; an unknown name, and ASCII that is not, are taken as <see cref="Guess"/> takes them.
    /// </summary>
    public static string Decode(string charset, ReadOnlySpan<byte> bytes) => Ascii.IsValid(bytes) && !IsStateful(charset)
        ? Encoding.ASCII.GetString(bytes)
        : Find(charset) is { } encoding ? encoding.GetString(bytes) : Guess(bytes);

    /// <summary>UTF-8 where it is valid, else Windows-1252: the 8-bit text of programs that do not say.</summary>
    public static string Guess(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return StrictUtf8.GetString(bytes);
        return Encoding.GetEncoding("windows-1252").GetString(bytes);
    }

    /// <summary>The charset itself, which throws at what is not in it; UTF-8 for ASCII, which is part of it.</summary>
    public static Encoding? FindStrict(string name)
    {
        if (name.ToUpperInvariant() is "UTF-8" or "US-ASCII")
            return StrictUtf8;
        if (IsStateful(name))
            return null;
        try
        {
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Encoding? Find(string charset)
    {
        var name = charset.Trim('"', '\'', ' ');
        if (Aliases.TryGetValue(name, out var alias))
            name = alias;
        // 8-bit text that calls itself ASCII or Latin-1 is often UTF-8 in truth: let the bytes decide.
        if (string.Equals(name, "windows-1252", StringComparison.OrdinalIgnoreCase) || name.Length == 0)
            return null;
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;   // UTF-7 among them, which .NET refuses for safety
        }
    }

    /// <summary>Charsets whose ASCII bytes may mean other letters: ISO-2022-*, HZ, UTF-16.</summary>
    private static bool IsStateful(string charset) =>
        charset.Contains("2022", StringComparison.Ordinal) || charset.Contains("hz", StringComparison.OrdinalIgnoreCase)
        || charset.Contains("utf-16", StringComparison.OrdinalIgnoreCase) || charset.Contains("utf-32", StringComparison.OrdinalIgnoreCase);
}
