using Casella.Core.Messages.Searching;

namespace Casella.Core.Messages;

/// <summary>
/// What SEARCH asks (RFC 9051 §6.4.4), as a tree any protocol can build. Sequence numbers are turned into UIDs by the
/// IMAP session before. Texts match as substrings of decoded text, without case and accents. At most 100 levels deep.
/// </summary>
public abstract record SearchCriterion
{
    public sealed record All : SearchCriterion;
    public sealed record And(IReadOnlyList<SearchCriterion> Terms) : SearchCriterion;
    public sealed record Or(SearchCriterion Left, SearchCriterion Right) : SearchCriterion;
    public sealed record Not(SearchCriterion Term) : SearchCriterion;

    /// <summary>UIDs as inclusive ranges, ascending, not overlapping.</summary>
    public sealed record Uids(IReadOnlyList<UidRange> Ranges) : SearchCriterion;

    /// <summary>All of these system flags set.</summary>
    public sealed record HasFlag(MessageFlags System) : SearchCriterion;
    public sealed record HasKeyword(string Keyword) : SearchCriterion;

    /// <summary>Size in bytes strictly larger / smaller (RFC 9051 LARGER, SMALLER).</summary>
    public sealed record Larger(long Octets) : SearchCriterion;
    public sealed record Smaller(long Octets) : SearchCriterion;

    /// <summary>Internal date's day, in the date's own terms disregarding time and zone (BEFORE, ON, SINCE).</summary>
    public sealed record Received(DateComparison Comparison, DateOnly Day) : SearchCriterion;

    /// <summary>Internal date at or after a moment (RFC 5032 §2 YOUNGER).</summary>
    public sealed record ReceivedSince(DateTimeOffset Moment) : SearchCriterion;

    /// <summary>Internal date at or before a moment (OLDER).</summary>
    public sealed record ReceivedUntil(DateTimeOffset Moment) : SearchCriterion;

    /// <summary>The day on which it came into this mailbox, in UTC (RFC 8514 §4.3).</summary>
    public sealed record Saved(DateComparison Comparison, DateOnly Day) : SearchCriterion;

    /// <summary>Date field's day (SENTBEFORE, SENTON, SENTSINCE).</summary>
    public sealed record Sent(DateComparison Comparison, DateOnly Day) : SearchCriterion;

    /// <summary>A header field contains the text; the empty text asks whether the field is there.</summary>
    public sealed record Header(string FieldName, string Text) : SearchCriterion;

    /// <summary>The decoded body contains the text (BODY): text parts and embedded messages.</summary>
    public sealed record Body(string Text) : SearchCriterion;

    /// <summary>Header or body contains the text (TEXT).</summary>
    public sealed record Anywhere(string Text) : SearchCriterion;

    /// <summary>
    /// About the same (RFC 6203): texts by words that are alike, everything else exactly. Around single terms only.
    /// </summary>
    public sealed record Fuzzy(SearchCriterion Term) : SearchCriterion
    {
        /// <summary>Null where the term is matched exactly.</summary>
        internal FuzzyText? Text { get; } = FuzzyText.Of(Term);
    }

    /// <summary>The message of an object id (RFC 8474 §6 EMAILID).</summary>
    public sealed record Email(string ObjectId) : SearchCriterion;

    /// <summary>A conversation's messages (THREADID).</summary>
    public sealed record InThread(ThreadId Thread) : SearchCriterion;

    /// <summary>Some part of it is a file for people.</summary>
    public sealed record HasAttachments : SearchCriterion;

    /// <summary>A file that hangs on it has this in its name, as a substring.</summary>
    public sealed record AttachmentNamed(string Text) : SearchCriterion;

    /// <summary>Changed at or after a ModSeq (RFC 7162 §3.1.5).</summary>
    public sealed record ModifiedSince(ModSeq ModSeq) : SearchCriterion;
}

public enum DateComparison { Before, On, Since }

/// <summary>Inclusive range of UIDs.</summary>
public readonly record struct UidRange(Uid First, Uid Last)
{
    /// <summary>Ascending UIDs as the fewest ranges.</summary>
    public static IReadOnlyList<UidRange> Of(IReadOnlyList<Uid> ascending)
    {
        var ranges = new List<UidRange>();
        foreach (var uid in ascending)
            if (ranges.Count > 0 && uid.Value - ranges[^1].Last.Value <= 1)
                ranges[^1] = ranges[^1] with { Last = uid };
            else
                ranges.Add(new UidRange(uid, uid));
        return ranges;
    }

    public bool Contains(Uid uid) => First <= uid && uid <= Last;
}
