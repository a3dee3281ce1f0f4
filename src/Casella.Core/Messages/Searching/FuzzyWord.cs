using Casella.Core.Storage;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// One word of a <see cref="FuzzyText"/>, folded. A word is like it that contains it, or that has its first or its last
/// three letters and is made of it by one change (two in a long word): a letter more, less or another, or two letters
/// exchanged. The three letters are what the full-text index can be asked for, so it excludes nothing that is like it.
/// </summary>
internal sealed class FuzzyWord
{
    private const int LengthAtMost = 64;
    private const int LongWord = 9;

    private readonly string _text;
    private readonly string _head;
    private readonly string _tail;

    /// <param name="asCriterion">The exact search for a piece of it in the same place.</param>
    public FuzzyWord(string text, Func<string, SearchCriterion> asCriterion)
    {
        _text = text.Length <= LengthAtMost ? text : text[..LengthAtMost];
        var piece = Math.Min(IndexTerm.ShortestText, _text.Length);
        (_head, _tail) = (_text[..piece], _text[^piece..]);
        Pieces = _text.Length < IndexTerm.ShortestText ? [] : [asCriterion(_head), asCriterion(_tail)];
    }

    /// <summary>A message without any of them has no word like it; empty for a word too short to be asked.</summary>
    public IReadOnlyList<SearchCriterion> Pieces { get; }

    private int ChangesAtMost => _text.Length < IndexTerm.ShortestText ? 0 : _text.Length < LongWord ? 1 : 2;

    /// <summary>The words of a text: letters and digits in a row.</summary>
    public static IEnumerable<Range> Split(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && char.IsLetterOrDigit(text[i]))
                i++;
            yield return start..i;
        }
    }

    /// <summary>0 for a word that is not like it, 100 for the same.</summary>
    public int Similarity(ReadOnlySpan<char> word)
    {
        if (word.SequenceEqual(_text))
            return 100;
        // A letter or two are in every other word.
        if (_text.Length < IndexTerm.ShortestText || word.Length > LengthAtMost || word.Length < IndexTerm.ShortestText)
            return 0;
        if (word.StartsWith(_text, StringComparison.Ordinal))
            return 90;
        if (word.Contains(_text, StringComparison.Ordinal))
            return 75;
        if (Math.Abs(word.Length - _text.Length) > ChangesAtMost
            || !(word.Contains(_head, StringComparison.Ordinal) || word.Contains(_tail, StringComparison.Ordinal)))
            return 0;
        var changes = Changes(word);
        return changes > ChangesAtMost ? 0 : Math.Max(10, 100 * (_text.Length - changes) / _text.Length - 15);
    }

    /// <summary>
    /// Changes that make one of the other (optimal string alignment), row by row of the table; only the last three are
    /// kept.
    /// </summary>
    private int Changes(ReadOnlySpan<char> word)
    {
        Span<int> earlier = stackalloc int[LengthAtMost + 1];
        Span<int> before = stackalloc int[LengthAtMost + 1];
        Span<int> row = stackalloc int[LengthAtMost + 1];
        for (var j = 0; j <= word.Length; j++)
            row[j] = j;
        for (var i = 1; i <= _text.Length; i++)
        {
            var oldest = earlier;
            earlier = before;
            before = row;
            row = oldest;
            row[0] = i;
            for (var j = 1; j <= word.Length; j++)
            {
                var other = _text[i - 1] == word[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], before[j]) + 1, before[j - 1] + other);
                if (i > 1 && j > 1 && _text[i - 1] == word[j - 2] && _text[i - 2] == word[j - 1])
                    row[j] = Math.Min(row[j], earlier[j - 2] + 1);
            }
        }

        return row[word.Length];
    }
}
