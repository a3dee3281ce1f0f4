using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>Which UIDs have gone since a ModSeq, also since one that is too old to be known exactly.</summary>
internal static class VanishedUids
{
    /// <summary>
    /// RFC 7162 §3.2.5.1, §3.2.5.2: what the mailbox no longer knows is told as all UIDs that were ever given and are not
    /// there; the caller takes of them those that its client knows.
    /// </summary>
    public static IReadOnlyList<UidRange> Since(IMailReader reader, MailboxId mailbox, ModSeq since)
    {
        if (since >= reader.LogBounds().VanishedFrom)
            return UidRange.Of(reader.Tombstones(mailbox, since));
        if (reader.Mailbox(mailbox) is not { } row)
            return [];
        var placements = new List<Placement>(row.Messages);
        reader.Placements(mailbox, placements);
        var ranges = new List<UidRange>();
        var next = 1u;
        foreach (var uid in placements.Select(placement => placement.Uid.Value).Append(row.UidNext.Value))
        {
            if (uid > next)
                ranges.Add(new UidRange(new Uid(next), new Uid(uid - 1)));
            next = uid + 1;
        }

        return ranges;
    }
}
