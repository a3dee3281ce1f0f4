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
