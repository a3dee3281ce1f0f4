using System.Globalization;
using System.Text;

namespace Casella.Formats.Sieve;

/// <summary>Names of scripts (RFC 5804 §1.6): for people, never a path.</summary>
public static class ScriptName
{
    /// <summary>RFC 5804 §1.6: at least 128 characters, so up to 512 octets.</summary>
    private const int MaxCharacters = 128;

    /// <summary>
    /// Not empty, no controls, no line ends of Unicode (RFC 5198 §2, RFC 5804 §1.6); "." and ".." look like what they
    /// are not.
    /// </summary>
    public static bool IsValid(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.Contains('/', StringComparison.Ordinal) || !name.IsNormalized(NormalizationForm.FormC))
            return false;
        var characters = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (++characters > MaxCharacters || rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
                return false;
        }

        return true;
    }
}
