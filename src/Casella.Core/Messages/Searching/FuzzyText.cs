using System.Text;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// A text that is looked for as people remember it (RFC 6203): by its words, in any order, in their other forms and with
/// a slip of the finger. At least half of them must be there; how many, and how well they fit, is the relevancy.
/// </summary>
internal sealed class FuzzyText
{
    /// <summary>More words than anybody types; each is held against each word of a message.</summary>
    private const int WordsAtMost = 20;

    /// <summary>What stands in a body counts less than what stands in subject and names.</summary>
    private const int PercentOfBody = 80;

    private readonly SearchCriterion _place;

    private FuzzyText(SearchCriterion place, IReadOnlyList<FuzzyWord> words) => (_place, Words) = (place, words);

    public IReadOnlyList<FuzzyWord> Words { get; }

    /// <summary>So many words must be there.</summary>
    public int Needed => (Words.Count + 1) / 2;

    /// <summary>Null for a criterion that is not of text, or whose text has no word in it: that is matched exactly.</summary>
    public static FuzzyText? Of(SearchCriterion term)
    {
        var text = term switch
        {
            SearchCriterion.Header header => header.Text,
            SearchCriterion.Body body => body.Text,
            SearchCriterion.Anywhere anywhere => anywhere.Text,
            _ => "",
        };
        var folded = DecodedText.FoldForSearch(text);
        var words = FuzzyWord.Split(folded).Take(WordsAtMost)
            .Select(range => new FuzzyWord(folded[range], piece => With(term, piece))).ToList();
        return words.Count == 0 ? null : new FuzzyText(term, words);
    }

    /// <summary>1 to 100; 0 when the message does not match; null when it has not been read as far as is needed.</summary>
    public int? Relevancy(SearchView view)
    {
        var best = new int[Words.Count];
        switch (_place)
        {
            case SearchCriterion.Header header when view.Header is { } lines:
                Look(Fields(lines, name => string.Equals(name, DecodedText.FoldForSearch(header.FieldName), StringComparison.Ordinal)), best, 100);
                break;
            case SearchCriterion.Body when view.Body is { } body:
                Look(Encoding.UTF8.GetString(body.Span), best, 100);
                break;
            case SearchCriterion.Anywhere when view is { Header: { } lines, Body: { } body }:
                Look(Fields(lines, IndexedText.Names.Contains), best, 100);
                Look(Encoding.UTF8.GetString(body.Span), best, PercentOfBody);
                break;
            default:
                return null;
        }

        return best.Count(similarity => similarity > 0) < Needed ? 0 : Math.Max(1, best.Sum() / best.Length);
    }

    private static SearchCriterion With(SearchCriterion term, string text) => term switch
    {
        SearchCriterion.Header header => header with { Text = text },
        SearchCriterion.Body => new SearchCriterion.Body(text),
        _ => new SearchCriterion.Anywhere(text),
    };

    private void Look(string text, int[] best, int percent)
    {
        foreach (var range in FuzzyWord.Split(text))
            for (var i = 0; i < best.Length; i++)
                if (best[i] < percent)
                    best[i] = Math.Max(best[i], Words[i].Similarity(text.AsSpan(range)) * percent / 100);
    }

    /// <summary>The values of some fields, a line each.</summary>
    /// <param name="lines">See <see cref="FoldedHeader"/>.</param>
    private static string Fields(ReadOnlyMemory<byte> lines, Func<string, bool> isMeant)
    {
        var values = new StringBuilder();
        foreach (var line in Encoding.UTF8.GetString(lines.Span).Split('\n'))
            if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && isMeant(line[..colon]))
                values.Append(line, colon + 2, line.Length - colon - 2).Append('\n');
        return values.ToString();
    }
}
