using System.Globalization;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Directory;

/// <summary>
/// SASLprep (RFC 4013): the form in which SCRAM clients put a password into their keys (RFC 5802 §2.2). Passwords that
/// are sent as they are have their own preparation, <see cref="PasswordText"/>; the two differ for what NFKC folds
/// (full-width letters, ligatures, superscripts) and agree on everything else that people type.
/// </summary>
internal static class SaslPrep
{
    /// <summary>
    /// The prepared text, or null for what the profile prohibits. Unassigned code points pass, as RFC 4013 §2.5 lets
    /// them in a query: clients know newer Unicodes than the 3.2 of the RFC, and emoji are in passwords.
    /// </summary>
    public static string? Prepare(string text)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // RFC 4013 §2.1: other spaces are a space, and what people cannot see is nothing.
            if (IsOtherSpace(rune))
                mapped.Append(' ');
            else if (!IsMappedToNothing(rune.Value))
                mapped.Append(rune);
        }

        var visible = mapped.ToString();
        if (!NormalForm.Exists(visible))
            return null;
        var prepared = visible.Normalize(NormalizationForm.FormKC);
        return prepared.Length > 0 && !prepared.EnumerateRunes().Any(IsProhibited) && HasOneDirection(prepared) ? prepared : null;
    }

    // RFC 3454 table C.1.2: the space separators without U+0020, and the zero width space.
    private static bool IsOtherSpace(Rune rune) =>
        rune.Value is 0x200B || (rune.Value is not ' ' && Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator);

    // RFC 3454 table B.1.
    private static bool IsMappedToNothing(int c) =>
        c is 0x00AD or 0x034F or 0x1806 or (>= 0x180B and <= 0x180D) or 0x200C or 0x200D or 0x2060 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF;

    // RFC 3454 tables C.1.2 and C.2.1 to C.9: controls, private use, non-characters, what is unfit for plain text,
    // what changes the display, tags.
    private static bool IsProhibited(Rune rune) =>
        IsOtherSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.PrivateUse
        || (rune.Value & 0xFFFE) == 0xFFFE
        || rune.Value is (>= 0xFDD0 and <= 0xFDEF)
            or 0x06DD or 0x070F or 0x180E or 0x200E or 0x200F or 0x2028 or 0x2029 or (>= 0x202A and <= 0x202E)
            or (>= 0x2061 and <= 0x2063) or (>= 0x206A and <= 0x206F) or 0x0340 or 0x0341
            or (>= 0x1D173 and <= 0x1D17A) or (>= 0xFFF9 and <= 0xFFFD) or (>= 0x2FF0 and <= 0x2FFB)
            or 0xE0001 or (>= 0xE0020 and <= 0xE007F);

    /// <summary>
    /// RFC 3454 §6: text with letters written from the right has none written from the left, and begins and ends with
    /// one.
    /// </summary>
    private static bool HasOneDirection(string text)
    {
        var runes = text.EnumerateRunes().ToList();
        return !runes.Any(IsFromTheRight)
            || (IsFromTheRight(runes[0]) && IsFromTheRight(runes[^1]) && !runes.Any(rune => Rune.IsLetter(rune) && !IsFromTheRight(rune)));
    }

    // RFC 3454 table D.1 by its blocks: Hebrew, Arabic, Syriac, Thaana and their presentation forms.
    private static bool IsFromTheRight(Rune rune) => rune.Value is
        0x05BE or 0x05C0 or 0x05C3 or (>= 0x05D0 and <= 0x05F4) or 0x061B or 0x061F or (>= 0x0621 and <= 0x064A)
        or (>= 0x066D and <= 0x066F) or (>= 0x0671 and <= 0x06D5) or 0x06E5 or 0x06E6 or (>= 0x06FA and <= 0x0710)
        or (>= 0x0712 and <= 0x072C) or (>= 0x0780 and <= 0x07A5) or 0x07B1
        or 0xFB1D or (>= 0xFB1F and <= 0xFB28) or (>= 0xFB2A and <= 0xFDFC) or (>= 0xFE70 and <= 0xFEFC);
}
