using Casella.Core.Storage;

namespace Casella.Storage.Search;

/// <summary>
/// A term as FTS5 is asked for it: by trigrams, AND. They are what SQLite's tokenizer makes of the texts: three code points
/// each. What contains the term contains them; the reverse is for the caller to see.
/// </summary>
internal static class Trigrams
{
    /// <summary>More would only be asked for a term that is rare long before.</summary>
    private const int AskedAtMost = 24;

    /// <summary>All of them, for long texts, which have each single one for many reasons and cost much to look at.</summary>
    /// <returns>The MATCH text; null when the term is too short to ask.</returns>
    public static string? Query(string term) => Match(Of(term, 1));

    /// <summary>
    /// So many as have each character of the term, for short texts: the lists of frequent trigrams cost more than what the
    /// others would exclude.
    /// </summary>
    public static string? CoveringQuery(string term) => Match(Of(term, IndexTerm.ShortestText));

    /// <summary>
    /// The text as it is given to the tokenizer. What stands for a NUL must not be a line end, which parts fields.
    /// </summary>
    public static string Indexable(string folded) =>
        folded.Contains('\0', StringComparison.Ordinal) ? folded.Replace('\0', '\u0001') : folded;

    /// <summary>The tokenizer ends at a NUL, so texts are indexed without (see Indexable) and trigrams across one not asked.</summary>
    private static IReadOnlyList<string> Of(string term, int step)
    {
        const int Length = IndexTerm.ShortestText;
        var trigrams = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in term.Split('\0'))
        {
            var runes = run.EnumerateRunes().ToList();
            for (var i = 0; i + Length <= runes.Count; i += step)
                trigrams.Add(string.Concat(runes[i..(i + Length)]));
            // The last characters, which a step may have left.
            if (runes.Count >= Length)
                trigrams.Add(string.Concat(runes[^Length..]));
        }

        return [.. trigrams];
    }

    private static string? Match(IReadOnlyList<string> trigrams) => trigrams.Count == 0 ? null
        : string.Join(" AND ", Spread(trigrams).Select(trigram => $"\"{trigram.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private static IEnumerable<string> Spread(IReadOnlyList<string> trigrams)
    {
        var asked = Math.Min(trigrams.Count, AskedAtMost);
        for (var i = 0; i < asked; i++)
            yield return trigrams[(int)((long)i * trigrams.Count / asked)];
    }
}
