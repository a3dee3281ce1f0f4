using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// The collation i;unicode-casemap (RFC 5051 §2), by which SORT and THREAD compare texts: each character in title
/// case, then decomposed (NFKD), then compared as UTF-8. Case does not count, accents do.
/// </summary>
public static class UnicodeCasemap
{
    /// <summary>What two texts have in common when the collation holds them equal; octets in its order.</summary>
    public static byte[] Key(string text) => Encoding.UTF8.GetBytes(Map(text));

    /// <summary>The mapped text itself; equal for equal keys.</summary>
    public static string Map(string text)
    {
        if (Ascii.IsValid(text))
            return text.ToUpperInvariant();
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            mapped.Append(TitleCase(rune));
        return NormalForm.Of(mapped.ToString(), NormalizationForm.FormKD);
    }

    /// <summary>
    /// The simple titlecase mapping of UnicodeData. It differs from upper case in the Croatian digraphs ("ǆ" is "ǅ",
    /// not "Ǆ") and in Georgian, which has no title case.
    /// </summary>
    private static Rune TitleCase(Rune rune) => rune.Value switch
    {
        0x01C4 or 0x01C5 or 0x01C6 => new Rune(0x01C5),
        0x01C7 or 0x01C8 or 0x01C9 => new Rune(0x01C8),
        0x01CA or 0x01CB or 0x01CC => new Rune(0x01CB),
        0x01F1 or 0x01F2 or 0x01F3 => new Rune(0x01F2),
        >= 0x10D0 and <= 0x10FF => rune,
        _ => Rune.ToUpperInvariant(rune),
    };
}
