using System.Globalization;

namespace Casella.Web.Searching;

/// <summary>Where a word that was looked for stands in a text; capitals and accents make no difference, as in the search.</summary>
/// <param name="End">The position after its last character.</param>
internal readonly record struct FoundWord(int Start, int End)
{
    private const CompareOptions Alike = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace;

    /// <summary>Characters of a snippet before the word and after it.</summary>
    private const int Before = 36, After = 140;

    /// <summary>The first one at or after a position, the longest where two begin together.</summary>
    public static FoundWord? Next(string text, int from, IReadOnlyList<string> words)
    {
        FoundWord? first = null;
        foreach (var word in words)
        {
            var at = CultureInfo.InvariantCulture.CompareInfo.IndexOf(text.AsSpan(from), word, Alike, out var length);
            // A word of nothing but accents is found everywhere and is nowhere.
            if (at < 0 || length == 0)
                continue;
            var found = new FoundWord(from + at, from + at + length);
            if (first is not { } other || found.Start < other.Start || (found.Start == other.Start && found.End > other.End))
                first = found;
        }

        return first;
    }

    /// <summary>A line of a long text around the first word that stands in it; null when none does.</summary>
    public static string? SnippetOf(string text, IReadOnlyList<string> words)
    {
        if (Next(text, 0, words) is not { } found)
            return null;
        var start = Math.Max(0, found.Start - Before);
        // Not from the middle of a word, where there is a beginning near.
        if (start > 0 && text.AsSpan(start, found.Start - start).IndexOfAny(' ', '\n') is >= 0 and var space)
            start += space + 1;
        var piece = text[start..Math.Min(text.Length, found.End + After)];
        var line = string.Join(' ', piece.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return start > 0 ? $"… {line}" : line;
    }
}
