using System.Globalization;
using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// The first words of a message for lists (RFC 8970 §3.1): what the sender wrote before what he quotes, in one line.
/// </summary>
internal static class Preview
{
    /// <summary>Unicode characters (RFC 8970 §3.1).</summary>
    private const int MaxCharacters = 200;

    /// <param name="text">The message's decoded text.</param>
    public static string Of(string text)
    {
        var own = new StringBuilder();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line is "-- ")
                break;
            if (!line.StartsWith('>'))
                own.Append(line).Append('\n');
            if (own.Length > 16 * MaxCharacters)
                break;
        }

        var words = OneLine(own.ToString());
        return words.Length > 0 ? words : OneLine(text);
    }

    private static string OneLine(string text)
    {
        var line = new StringBuilder(MaxCharacters);
        var characters = 0;
        var spaced = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                spaced = line.Length > 0;
                continue;
            }

            // Soft hyphens, joiners and direction marks: what newsletters pad their first lines with.
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format)
                continue;
            if (characters + (spaced ? 2 : 1) > MaxCharacters)
                break;
            if (spaced)
                line.Append(' ');
            line.Append(rune);
            characters += spaced ? 2 : 1;
            spaced = false;
        }

        return line.ToString();
    }
}
