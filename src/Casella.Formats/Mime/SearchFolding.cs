using System.Globalization;
using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// Makes texts comparable as people compare them: perché = PERCHE, Straße = strasse, a line break = a space.
/// RFC 9051 §6.4.4 asks for at least case.
/// </summary>
internal static class SearchFolding
{
    public static string Fold(string text) => Ascii.IsValid(text) ? Collapse(text, text.Length) : Collapse(WithoutMarks(text), text.Length);

    /// <summary>
    /// Lower case, and each run of white space one space. Gives the same string back when nothing changes.
    /// </summary>
    private static string Collapse(string text, int capacity)
    {
        if (!NeedsWork(text))
            return text;
        var folded = new StringBuilder(capacity);
        var spaced = false;
        foreach (var c in text)
        {
            var isSpace = char.IsWhiteSpace(c);
            if (!isSpace)
                folded.Append(char.ToLowerInvariant(c));
            else if (!spaced)
                folded.Append(' ');
            spaced = isSpace;
        }

        return folded.ToString();
    }

    private static bool NeedsWork(string text)
    {
        var spaced = false;
        foreach (var c in text)
        {
            if (c >= 0x80 || char.IsAsciiLetterUpper(c) || c < ' ' || (spaced && c == ' '))
                return true;
            spaced = c == ' ';
        }

        return false;
    }

    private static string WithoutMarks(string text)
    {
        var decomposed = NormalForm.Of(text, NormalizationForm.FormKD);
        var folded = new StringBuilder(decomposed.Length);
        foreach (var rune in decomposed.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
                continue;
            folded.Append(Rune.ToLowerInvariant(rune).Value switch
            {
                'ß' => "ss",
                'æ' => "ae",
                'œ' => "oe",
                'ø' => "o",
                'ł' => "l",
                'đ' => "d",
                'ı' => "i",
                _ => Rune.ToLowerInvariant(rune).ToString(),
            });
        }

        return folded.ToString();
    }
}
