using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// The in-memory picture of one mailbox that follows the commits: sorted chunks of placements, shared with the
/// snapshots that were taken and copied only when a shared one changes. Changed only by <see cref="AccountState"/>,
/// under its lock.
/// </summary>
internal sealed class MailboxIndex
{
    private readonly List<PlacementChunk> _chunks = [];
    private MailboxRow _row;
    private KeywordList _keywords;
    private MailboxSnapshot? _snapshot;

    public MailboxIndex(MailboxRow row, KeywordList keywords, List<Placement> placements)
    {
        (_row, _keywords) = (row, keywords);
        for (var at = 0; at < placements.Count; at += PlacementChunk.Capacity)
            _chunks.Add(PlacementChunk.Of(placements.GetRange(at, Math.Min(PlacementChunk.Capacity, placements.Count - at))));
    }

    public int Count => _chunks.Sum(chunk => chunk.Count);

    public void SetFacts(MailboxRow row, KeywordList keywords) => (_row, _keywords, _snapshot) = (row, keywords, null);

    public void Add(Placement placement)
    {
        if (_chunks.Count == 0 || _chunks[^1].IsFull)
            _chunks.Add(PlacementChunk.Of([]));
        Own(_chunks.Count - 1).Add(placement);
        _snapshot = null;
    }

    public void Replace(Placement placement)
    {
        var chunk = ChunkOf(placement.Uid);
        if (chunk < 0 || _chunks[chunk].IndexOf(placement.Uid) is not (>= 0 and var at))
            return;
        Own(chunk).Replace(at, placement);
        _snapshot = null;
    }

    public void Remove(Uid uid)
    {
        var chunk = ChunkOf(uid);
        if (chunk < 0 || _chunks[chunk].IndexOf(uid) is not (>= 0 and var at))
            return;
        Own(chunk).RemoveAt(at);
        if (_chunks[chunk].Count == 0)
            _chunks.RemoveAt(chunk);
        _snapshot = null;
    }

    public MailboxSnapshot Snapshot()
    {
        if (_snapshot is not null)
            return _snapshot;
        foreach (var chunk in _chunks)
            chunk.IsShared = true;
        return _snapshot = new MailboxSnapshot(_row, _keywords, [.. _chunks]);
    }

    /// <summary>A chunk that no snapshot holds: itself, or its copy in its place.</summary>
    private PlacementChunk Own(int index) =>
        _chunks[index].IsShared ? _chunks[index] = _chunks[index].Copy() : _chunks[index];

    /// <summary>The last chunk that begins at or before the UID, or -1.</summary>
    private int ChunkOf(Uid uid)
    {
        int low = 0, high = _chunks.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_chunks[middle][0].Uid <= uid)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return high;
    }
}

/// <summary>A run of placements, ascending UID. Immutable once shared with a snapshot.</summary>
internal sealed class PlacementChunk
{
    public const int Capacity = 256;

    private readonly List<Placement> _placements;

    private PlacementChunk(List<Placement> placements, ModSeq maxModSeq) => (_placements, MaxModSeq) = (placements, maxModSeq);

    public bool IsShared { get; set; }
    public int Count => _placements.Count;
    public bool IsFull => Count >= Capacity;

    /// <summary>No placement here changed after it; may be higher than any that is still here.</summary>
    public ModSeq MaxModSeq { get; private set; }
    public Placement this[int index] => _placements[index];

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

    public void RemoveAt(int index) => _placements.RemoveAt(index);

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
        if (modSeq > MaxModSeq)
            MaxModSeq = modSeq;
    }
}
