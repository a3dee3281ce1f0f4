using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>
/// The UIDs that are \Recent in one session (RFC 3501 §2.3.2): those that no session had been told about before this
/// one was. A few ranges, because sessions take turns in claiming new mail.
/// </summary>
internal sealed class RecentUids
{
    private readonly List<UidRange> _ranges = [];

    public IReadOnlyList<UidRange> Ranges => _ranges;

    /// <summary>Adds first … end-1; nothing when empty.</summary>
    public void Add(Uid first, Uid end)
    {
        if (first >= end)
            return;
        var last = new Uid(end.Value - 1);
        if (_ranges.Count > 0 && _ranges[^1].Last.Value + 1 >= first.Value)
            _ranges[^1] = _ranges[^1] with { Last = last };
        else
            _ranges.Add(new UidRange(first, last));
    }

    public bool Contains(Uid uid)
    {
        for (var i = _ranges.Count - 1; i >= 0; i--)
            if (uid >= _ranges[i].First)
                return uid <= _ranges[i].Last;
        return false;
    }

    /// <summary>How many messages of the snapshot are recent.</summary>
    public int CountIn(MailboxSnapshot snapshot)
    {
        var count = 0;
        foreach (var range in _ranges)
            count += snapshot.Above(range.Last) - snapshot.AtOrAbove(range.First);
        return count;
    }
}
