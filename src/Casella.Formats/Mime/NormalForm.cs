using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// Unicode's normal forms (UAX 15) of texts that anybody may have written. .NET has none for a lone surrogate and for
/// U+FFFE, which is no character but is well-formed UTF-8: it throws, and one mail with it would stop a whole SORT.
/// </summary>
public static class NormalForm
{
    private const char NonCharacter = '\uFFFE';

    /// <summary>Whether a text has normal forms. Names and passwords that have none are refused.</summary>
    public static bool Exists(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == NonCharacter)
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    /// <summary>The normal form; what has none is the replacement character.</summary>
    public static string Of(string text, NormalizationForm form) => (Exists(text) ? text : Replaced(text)).Normalize(form);

    private static string Replaced(string text)
    {
        var replaced = new StringBuilder(text.Length);
        // Runes are never half a pair.
        foreach (var rune in text.EnumerateRunes())
            replaced.Append(rune.Value == NonCharacter ? Rune.ReplacementChar : rune);
        return replaced.ToString();
    }
}
