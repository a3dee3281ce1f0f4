using Casella.Core;
using Casella.Core.Messages;

namespace Casella.Web.Desk;

/// <summary>What a list shows, the newest first: positions and placements only; what a row says is read when it is seen.</summary>
internal abstract class MailRows
{
    public static MailRows None { get; } = new FoundRows([]);

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

/// <summary>
/// One folder. The order of a folder by arrival is that of its UIDs, so nothing is kept but the snapshot, shared with
/// everybody; only where old mail was moved or brought in, under a filter and in another order there is a list of
/// positions.
/// </summary>
internal sealed class FolderRows : MailRows
{
    private readonly MailboxSnapshot _snapshot;
    private readonly int[]? _positions;

    public FolderRows(MailboxSnapshot snapshot, FolderArrangement arrangement)
    {
        _snapshot = snapshot;
        _positions = arrangement.Sorted is { } sorted ? Positions(snapshot, arrangement, sorted) : Arrange(snapshot, arrangement);
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

    private static int[] Positions(MailboxSnapshot snapshot, FolderArrangement arrangement, IReadOnlyList<Uid> sorted) =>
        [.. sorted.Select(snapshot.IndexOf).Where(at => at >= 0 && arrangement.Shows(snapshot[at]))];

    private static int[]? Arrange(MailboxSnapshot snapshot, FolderArrangement arrangement)
    {
        var shown = new List<int>(arrangement.ShowsAll ? snapshot.Count : 0);
        var (isInOrder, last) = (true, long.MinValue);
        var (keys, at) = (new long[snapshot.Count], 0);
        foreach (var placement in snapshot.Between(0, snapshot.Count))
        {
            keys[at] = arrangement.Order is ListOrder.Largest ? placement.Size : placement.ReceivedAt;
            isInOrder &= keys[at] >= last;
            last = keys[at];
            if (arrangement.Shows(placement))
                shown.Add(at);
            at++;
        }

        if (arrangement.ShowsAll && isInOrder && arrangement.Order is not ListOrder.Oldest)
            return null;
        var order = shown.ToArray();
        var sign = arrangement.Order is ListOrder.Oldest ? -1 : 1;
        if (!isInOrder || sign > 0)
            Array.Sort(order, (a, b) => sign * (keys[b].CompareTo(keys[a]) is not 0 and var byKey ? byKey : b.CompareTo(a)));
        return order;
    }
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
