using System.Text;
using Casella.Core.Storage;

namespace Casella.Storage.Search;

/// <summary>
/// A term as FTS5 is asked for it: all of its trigrams, AND. They are what SQLite's tokenizer makes of the texts: three
/// code points each. What contains the term contains them; the reverse is for the caller to see.
/// </summary>
internal static class Trigrams
{
    /// <summary>More would only be asked for a term that is rare long before.</summary>
    private const int AskedAtMost = 24;

    /// <returns>The MATCH text; null when the term is too short to ask.</returns>
    public static string? Query(string term)
    {
        // The tokenizer ends at a NUL, so texts are indexed without (see Indexable) and trigrams across one not asked.
        var runes = term.EnumerateRunes().ToList();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + IndexTerm.ShortestText <= runes.Count; i++)
            if (runes[i].Value != 0 && runes[i + 1].Value != 0 && runes[i + 2].Value != 0)
                asked.Add($"{runes[i]}{runes[i + 1]}{runes[i + 2]}");
        if (asked.Count == 0)
            return null;
        var query = new StringBuilder();
        foreach (var trigram in Spread([.. asked]))
            query.Append(query.Length > 0 ? " AND " : "").Append('"').Append(trigram.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return query.ToString();
    }

    /// <summary>
    /// The text as it is given to the tokenizer. What stands for a NUL must not be a line end, which parts fields.
    /// </summary>
    public static string Indexable(string folded) =>
        folded.Contains('\0', StringComparison.Ordinal) ? folded.Replace('\0', '\u0001') : folded;

    private static IEnumerable<string> Spread(IReadOnlyList<string> trigrams)
    {
        var asked = Math.Min(trigrams.Count, AskedAtMost);
        for (var i = 0; i < asked; i++)
            yield return trigrams[(int)((long)i * trigrams.Count / asked)];
    }
}
