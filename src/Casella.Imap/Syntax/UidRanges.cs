using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Session;

namespace Casella.Imap.Syntax;

/// <summary>
/// Sets of UIDs as ascending ranges that do not overlap, and the VANISHED response that is made of them.
/// </summary>
internal static class UidRanges
{
    /// <summary>The UIDs that are in both.</summary>
    public static List<UidRange> Intersect(IReadOnlyList<UidRange> a, IReadOnlyList<UidRange> b)
    {
        var both = new List<UidRange>();
        for (int i = 0, j = 0; i < a.Count && j < b.Count;)
        {
            var first = a[i].First > b[j].First ? a[i].First : b[j].First;
            var last = a[i].Last < b[j].Last ? a[i].Last : b[j].Last;
            if (first <= last)
                both.Add(new UidRange(first, last));
            if (a[i].Last < b[j].Last)
                i++;
            else
                j++;
        }

        return both;
    }

    /// <summary>The UIDs that no message of the snapshot has.</summary>
    public static IReadOnlyList<UidRange> Without(IReadOnlyList<UidRange> ranges, MailboxSnapshot snapshot)
    {
        var rest = new List<UidRange>(ranges.Count);
        foreach (var range in ranges)
        {
            var first = range.First.Value;
            for (var at = snapshot.AtOrAbove(range.First); at < snapshot.Count && snapshot[at].Uid <= range.Last; at++)
            {
                var present = snapshot[at].Uid.Value;
                if (present > first)
                    rest.Add(new UidRange(new Uid(first), new Uid(present - 1)));
                first = present + 1;
            }

            if (first <= range.Last.Value)
                rest.Add(new UidRange(new Uid(first), range.Last));
        }

        return rest;
    }

    /// <summary>Whether one of the ranges has the UID; by halving, for clients may name thousands.</summary>
    public static bool Contains(List<UidRange> ranges, Uid uid)
    {
        var (low, high) = (0, ranges.Count - 1);
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            if (ranges[middle].Contains(uid))
                return true;
            if (ranges[middle].Last < uid)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return false;
    }

    /// <summary>"* VANISHED (EARLIER) uids" (RFC 7162 §3.2.10); nothing when there are none.</summary>
    public static void Vanished(this ImapWriter writer, IReadOnlyList<UidRange> uids)
    {
        if (uids.Count > 0)
            writer.Raw("* VANISHED (EARLIER) "u8).Text(UidSet.Format(uids)).Crlf();
    }
}
