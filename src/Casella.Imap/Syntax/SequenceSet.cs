using Casella.Core.Messages;

namespace Casella.Imap.Syntax;

/// <summary>One range as the client typed it; <see cref="Star"/> stands for "*".</summary>
internal readonly record struct SequenceRange(uint First, uint Last)
{
    /// <summary>"*", the largest number in use. Zero is free for it: sequence numbers and UIDs begin at 1.</summary>
    public const uint Star = 0;
}

/// <summary>
/// A sequence-set of RFC 9051 §9 as typed: message sequence numbers or UIDs, in any order, overlapping or not.
/// <see cref="Normalize"/> gives what it means in a mailbox. Made by <see cref="ImapParserRules"/>, read by
/// MailboxView.
/// </summary>
internal sealed class SequenceSet(IReadOnlyList<SequenceRange> ranges)
{
    /// <summary>"$", what the last SEARCH with SAVE found (RFC 5182 §2.1); only the session's view knows it.</summary>
    public static SequenceSet Saved { get; } = new([]);

    public bool IsSaved => ReferenceEquals(this, Saved);

    public IReadOnlyList<SequenceRange> Ranges => ranges;

    /// <summary>True when "*" stands somewhere in it.</summary>
    public bool HasStar => ranges.Any(r => r.First == SequenceRange.Star || r.Last == SequenceRange.Star);

    /// <summary>The largest number typed; 0 when there is only "*".</summary>
    public uint Largest => ranges.Max(r => Math.Max(r.First, r.Last));

    /// <summary>
    /// The same numbers as ascending ranges that neither touch nor overlap: 2:4 and 4:2 are equal, "*" is
    /// <paramref name="star"/>. However often a client repeats "1:*", it is one range.
    /// </summary>
    public List<SequenceRange> Normalize(uint star)
    {
        var sorted = new List<SequenceRange>(ranges.Count);
        foreach (var range in ranges)
        {
            var a = range.First == SequenceRange.Star ? star : range.First;
            var b = range.Last == SequenceRange.Star ? star : range.Last;
            sorted.Add(a <= b ? new SequenceRange(a, b) : new SequenceRange(b, a));
        }
        sorted.Sort(static (a, b) => a.First.CompareTo(b.First));
        var merged = new List<SequenceRange>();
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && (merged[^1].Last == uint.MaxValue || range.First <= merged[^1].Last + 1))
                merged[^1] = new SequenceRange(merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else
                merged.Add(range);
        }
        return merged;
    }

    /// <summary>The UIDs of a UID set as the core's ranges.</summary>
    public List<UidRange> NormalizeUids(uint star) =>
        Normalize(star).ConvertAll(static r => new UidRange(new(r.First), new(r.Last)));
}
