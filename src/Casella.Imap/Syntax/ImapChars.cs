using System.Buffers;

namespace Casella.Imap.Syntax;

/// <summary>The character classes of RFC 9051 §9, as sets that spans can be searched with.</summary>
internal static class ImapChars
{
    // atom-specials = "(" / ")" / "{" / SP / CTL / list-wildcards / quoted-specials / resp-specials
    private const string AtomSpecials = "(){ %*\"\\]";

    /// <summary>ATOM-CHAR.</summary>
    public static SearchValues<byte> Atom { get; } = Printable(except: AtomSpecials);

    /// <summary>ASTRING-CHAR = ATOM-CHAR / resp-specials.</summary>
    public static SearchValues<byte> Astring { get; } = Printable(except: "(){ %*\"\\");

    /// <summary>tag = 1*ASTRING-CHAR except "+".</summary>
    public static SearchValues<byte> Tag { get; } = Printable(except: "(){ %*\"\\+");

    /// <summary>list-char = ATOM-CHAR / list-wildcards / resp-specials.</summary>
    public static SearchValues<byte> List { get; } = Printable(except: "(){ \"\\");

    public static SearchValues<byte> Digit { get; } = SearchValues.Create("0123456789"u8);

    /// <summary>sequence-set: digits, "*", ":", ",".</summary>
    public static SearchValues<byte> SequenceSet { get; } = SearchValues.Create("0123456789*:,"u8);

    /// <summary>What may not stand in a quoted string: CR, LF, NUL. Octets above 127 may, see docs/quirks.md.</summary>
    public static SearchValues<byte> NotInQuoted { get; } = SearchValues.Create([0, (byte)'\r', (byte)'\n', (byte)'"', (byte)'\\']);

    /// <summary>Octets that the server may write inside a quoted string as they are.</summary>
    public static SearchValues<byte> QuotedText { get; } = Printable(except: "\"\\", space: true);

    private static SearchValues<byte> Printable(string except, bool space = false)
    {
        var bytes = new List<byte>();
        for (byte b = (byte)(space ? 0x20 : 0x21); b < 0x7F; b++)
            if (!except.Contains((char)b, StringComparison.Ordinal))
                bytes.Add(b);
        return SearchValues.Create(bytes.ToArray());
    }
}
