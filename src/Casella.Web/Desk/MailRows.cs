using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Web.Desk;

/// <summary>What a list shows, the newest first: positions and placements only; what a row says is read when it is seen.</summary>
internal abstract class MailRows
{
    public abstract int Count { get; }

    public abstract (MailboxId Mailbox, Placement Placement) this[int index] { get; }

    /// <summary>Position, or -1.</summary>
    public abstract int IndexOf(MailKey key);

    /// <summary>What is done to a row is done to these.</summary>
    public virtual IReadOnlyList<MailKey> Members(MailKey key) => [key];

    public MailKey KeyAt(int index)
    {
        var (mailbox, placement) = this[index];
        return new MailKey(mailbox, placement.Uid);
    }
}

internal enum ListFilter { All, Unread, Flagged }

/// <summary>
/// One folder. The order of a folder by arrival is that of its UIDs, so nothing is kept but the snapshot, shared with
/// everybody; only where old mail was moved or brought in, and under a filter, there is a list of positions.
/// </summary>
internal sealed class FolderRows : MailRows
{
    private readonly MailboxSnapshot _snapshot;
    private readonly int[]? _positions;

    public FolderRows(MailboxSnapshot snapshot, ListFilter filter)
    {
        _snapshot = snapshot;
        _positions = Arrange(snapshot, filter);
    }

    public override int Count => _positions?.Length ?? _snapshot.Count;

    public override (MailboxId Mailbox, Placement Placement) this[int index] =>
        (_snapshot.Mailbox, _snapshot[_positions is null ? _snapshot.Count - 1 - index : _positions[index]]);

    public override int IndexOf(MailKey key)
    {
        if (key.Mailbox != _snapshot.Mailbox || _snapshot.IndexOf(key.Uid) is not (>= 0 and var at))
            return -1;
        return _positions is null ? _snapshot.Count - 1 - at : Array.IndexOf(_positions, at);
    }

    private static int[]? Arrange(MailboxSnapshot snapshot, ListFilter filter)
    {
        var positions = new List<int>();
        var (isInOrder, last) = (true, long.MinValue);
        var dates = new long[snapshot.Count];
        for (var i = 0; i < dates.Length; i++)
        {
            var placement = snapshot[i];
            dates[i] = placement.ReceivedAt;
            isInOrder &= placement.ReceivedAt >= last;
            last = placement.ReceivedAt;
            if (filter is not ListFilter.All && Matches(placement, filter))
                positions.Add(i);
        }

        if (filter is ListFilter.All && isInOrder)
            return null;
        var order = filter is ListFilter.All ? [.. Enumerable.Range(0, dates.Length)] : positions.ToArray();
        Array.Sort(order, (a, b) => dates[b].CompareTo(dates[a]) is not 0 and var byDate ? byDate : b.CompareTo(a));
        return order;
    }

    private static bool Matches(Placement placement, ListFilter filter) => filter is ListFilter.Unread
        ? !placement.Flags.Has(MessageFlags.Seen)
        : placement.Flags.Has(MessageFlags.Flagged);
}

/// <summary>What a search has found, in any folders.</summary>
internal sealed class FoundRows(IReadOnlyList<(MailboxId Mailbox, Placement Placement)> found) : MailRows
{
    public override int Count => found.Count;

    public override (MailboxId Mailbox, Placement Placement) this[int index] => found[index];

    public override int IndexOf(MailKey key)
    {
        for (var i = 0; i < found.Count; i++)
            if (found[i].Mailbox == key.Mailbox && found[i].Placement.Uid == key.Uid)
                return i;
        return -1;
    }

    public IEnumerable<MailboxId> Mailboxes => found.Select(one => one.Mailbox).Distinct();

    /// <summary>The same finds as they are now; what is gone is gone.</summary>
    public FoundRows Refreshed(IReadOnlyDictionary<MailboxId, MailboxSnapshot> now) => new(
        [
            .. from one in found
            where now.ContainsKey(one.Mailbox)
            let snapshot = now[one.Mailbox]
            let at = snapshot.IndexOf(one.Placement.Uid)
            where at >= 0
            select (one.Mailbox, snapshot[at]),
        ]);
}
