using System.Runtime.InteropServices;

namespace Casella.Core.Messages;

/// <summary>A run of placements, ascending UID. Immutable once shared with a snapshot.</summary>
internal sealed class PlacementChunk
{
    public const int Capacity = 256;

    private readonly List<Placement> _placements;
    private ChunkFacts? _facts;

    private PlacementChunk(List<Placement> placements, ModSeq maxModSeq) => (_placements, MaxModSeq) = (placements, maxModSeq);

    public bool IsShared { get; set; }
    public int Count => _placements.Count;
    public bool IsFull => Count >= Capacity;

    /// <summary>No placement here changed after it; may be higher than any that is still here.</summary>
    public ModSeq MaxModSeq { get; private set; }
    public Placement this[int index] => _placements[index];

    /// <summary>Without copying the placement, which is ten times as large.</summary>
    public EmailId EmailAt(int index) => CollectionsMarshal.AsSpan(_placements)[index].Email;

    /// <summary>Of a chunk with placements; found when somebody asks.</summary>
    public ChunkFacts Facts => _facts ??= ChunkFacts.Of(_placements);

    public static PlacementChunk Of(List<Placement> placements) =>
        new(placements, placements.Count == 0 ? default : placements.Max(placement => placement.ModSeq));

    public PlacementChunk Copy() => new([.. _placements], MaxModSeq);

    public void Add(Placement placement)
    {
        _placements.Add(placement);
        Touch(placement.ModSeq);
    }

    public void Replace(int index, Placement placement)
    {
        _placements[index] = placement;
        Touch(placement.ModSeq);
    }

    public void RemoveAt(int index)
    {
        _placements.RemoveAt(index);
        _facts = null;
    }

    /// <summary>Position of a UID, or the complement of where it would stand.</summary>
    public int IndexOf(Uid uid)
    {
        int low = 0, high = _placements.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = _placements[middle].Uid.CompareTo(uid);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    private void Touch(ModSeq modSeq)
    {
        _facts = null;
        if (modSeq > MaxModSeq)
            MaxModSeq = modSeq;
    }
}

/// <summary>What spares looking at each placement of a chunk.</summary>
/// <param name="First">The lowest message, which need not be that of the first placement.</param>
/// <param name="IsInOrderOfTime">None was received before one that stands before it.</param>
internal sealed record ChunkFacts(EmailId First, EmailId Last, bool IsInOrderOfTime)
{
    public static ChunkFacts Of(List<Placement> placements)
    {
        var (first, last, isInOrder, received) = (long.MaxValue, long.MinValue, true, long.MinValue);
        foreach (var placement in CollectionsMarshal.AsSpan(placements))
        {
            (first, last) = (Math.Min(first, placement.Email.Value), Math.Max(last, placement.Email.Value));
            (isInOrder, received) = (isInOrder && placement.ReceivedAt >= received, placement.ReceivedAt);
        }

        return new ChunkFacts(new EmailId(first), new EmailId(last), isInOrder);
    }
}
