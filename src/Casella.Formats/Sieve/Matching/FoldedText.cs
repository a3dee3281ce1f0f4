using System.Text;

namespace Casella.Formats.Sieve.Matching;

/// <summary>
/// A text as a comparator sees it, which still knows where in the original each piece of it stands: what a wildcard has
/// matched is told in the original's letters.
/// </summary>
internal sealed class FoldedText
{
    private readonly int[]? _origin;
    private readonly string _original;

    private FoldedText(string original, string folded, int[]? origin) => (_original, Folded, _origin) = (original, folded, origin);

    public string Folded { get; }
    public int Length => Folded.Length;

    public static FoldedText Of(string text, Comparator comparator)
    {
        var folded = comparator.Fold(text);
        if (folded.Length == text.Length)
            return new FoldedText(text, folded, null);
        // Letters have come apart: each character on its own, to know which came from which.
        var letters = new StringBuilder(folded.Length);
        var origin = new List<int>(folded.Length + 1);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            letters.Append(comparator.Fold(rune.ToString()));
            while (origin.Count < letters.Length)
                origin.Add(at);
            at += rune.Utf16SequenceLength;
        }

        origin.Add(at);
        return new FoldedText(text, letters.ToString(), [.. origin]);
    }

    /// <summary>The next place after a whole character.</summary>
    public int Next(int at)
    {
        if (_origin is null)
            return at + (char.IsHighSurrogate(Folded[at]) && at + 1 < Length ? 2 : 1);
        var next = at + 1;
        while (next < Length && _origin[next] == _origin[at])
            next++;
        return next;
    }

    public string Original(int from, int to) => _origin is null ? _original[from..to] : _original[_origin[from].._origin[to]];
}
