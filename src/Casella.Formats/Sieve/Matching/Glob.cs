using System.Text;
using Casella.Formats.Sieve.Running;

namespace Casella.Formats.Sieve.Matching;

/// <summary>
/// A pattern of ":matches" (RFC 5228 §2.7.1): "*" is anything, "?" one character, "\" takes their meaning away.
/// Wildcards match as little as they can (RFC 5229 §3.2). Each step is paid for, so no pattern can run away.
/// </summary>
internal sealed class Glob
{
    private readonly List<Segment> _segments = [];

    public Glob(string pattern, Comparator comparator)
    {
        var (segment, literal) = (new Segment(), new StringBuilder());
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is not ('*' or '?'))
            {
                // A backslash at the very end stands for itself.
                if (c == '\\' && i + 1 < pattern.Length)
                    c = pattern[++i];
                literal.Append(c);
                continue;
            }

            segment.Add(comparator.Fold(literal.ToString()));
            literal.Clear();
            if (c == '?')
            {
                segment.Add(null);
                continue;
            }

            _segments.Add(segment);
            segment = new Segment();
        }

        segment.Add(comparator.Fold(literal.ToString()));
        _segments.Add(segment);
    }

    /// <summary>What the wildcards have matched, the whole first; null when the text does not match.</summary>
    public List<string>? Match(SieveRun run, FoldedText text)
    {
        var found = new List<(int From, int To)> { (0, text.Length) };
        var end = _segments[0].MatchAt(run, text, 0, found);
        for (var i = 1; i < _segments.Count && end >= 0; i++)
            end = FindSegment(run, text, end, i, found);
        return end == text.Length ? [.. found.Select(piece => text.Original(piece.From, piece.To))] : null;
    }

    /// <summary>
    /// The first place where a segment matches after a "*", which gives those behind it all the room there is. The last
    /// one must reach the end: for it alone later places are tried.
    /// </summary>
    private int FindSegment(SieveRun run, FoldedText text, int from, int index, List<(int From, int To)> found)
    {
        var isLast = index == _segments.Count - 1;
        var segment = _segments[index];
        var (star, at) = (found.Count, isLast && segment.IsEmpty ? text.Length : from);
        found.Add(default);
        for (; at <= text.Length; at = at == text.Length ? at + 1 : text.Next(at))
        {
            var end = segment.MatchAt(run, text, at, found);
            if (end >= 0 && (!isLast || end == text.Length))
            {
                found[star] = (from, at);
                return end;
            }

            found.RemoveRange(star + 1, found.Count - star - 1);
        }

        return -1;
    }

    /// <summary>Literals, and null for each "?", between two "*".</summary>
    private sealed class Segment
    {
        private readonly List<string?> _items = [];

        public bool IsEmpty => _items.Count == 0;

        public void Add(string? item)
        {
            if (item is not "")
                _items.Add(item);
        }

        /// <returns>The place after it, or -1.</returns>
        public int MatchAt(SieveRun run, FoldedText text, int at, List<(int From, int To)> captures)
        {
            run.Spend(1);
            foreach (var item in _items)
            {
                if (item is null)
                {
                    if (at == text.Length)
                        return -1;
                    var next = text.Next(at);
                    captures.Add((at, next));
                    at = next;
                    continue;
                }

                run.Spend(item.Length / 16);
                if (string.CompareOrdinal(text.Folded, at, item, 0, item.Length) != 0)
                    return -1;
                at += item.Length;
            }

            return at;
        }
    }
}
