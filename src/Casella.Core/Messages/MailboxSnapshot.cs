using System.Collections;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// Immutable picture of one mailbox as of one commit, sorted by UID; cheap to take (chunks are shared with the index
/// until they change). Sessions hold one and compare it with the next: what is announced to a client follows from
/// state, not from events that could be missed.
/// </summary>
public sealed class MailboxSnapshot
{
    private readonly MailboxRow _row;
    private readonly PlacementChunk[] _chunks;
    private readonly int[] _starts;   // position of each chunk's first placement
    private readonly UidBits? _seen;   // what the person has read; null where \Seen is in the placements

    internal MailboxSnapshot(MailboxRow row, KeywordList keywords, PlacementChunk[] chunks)
    {
        (_row, Keywords, _chunks) = (row, keywords, chunks);
        _starts = new int[chunks.Length];
        for (var i = 0; i < chunks.Length; i++)
        {
            _starts[i] = Count;
            Count += chunks[i].Count;
        }
    }

    private MailboxSnapshot(MailboxSnapshot common, UidBits seen) =>
        (_row, Keywords, _chunks, _starts, Count, _seen) = (common._row, common.Keywords, common._chunks, common._starts, common.Count, seen);

    /// <summary>The same picture for a person who has read these.</summary>
    internal MailboxSnapshot For(UidBits seen) => new(this, seen);

    /// <summary>
    /// \Seen is one person's own: a placement may have another ModSeq than before because another person has read it.
    /// </summary>
    public bool IsPersonal => _seen is not null;

    public MailboxId Mailbox => _row.Id;
    public uint UidValidity => _row.UidValidity;
    public Uid UidNext => _row.UidNext;
    public ModSeq HighestModSeq => _row.HighestModSeq;

    /// <summary>
    /// The last change that removed a placement: a view that is newer need not look for vanished UIDs.
    /// </summary>
    public ModSeq LastExpunge => _row.LastExpunge;
    public int Count { get; }
    public KeywordList Keywords { get; }

    /// <summary>Placement by position (0 … Count-1), ascending UID.</summary>
    public Placement this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var chunk = ChunkOf(index);
            return Shown(_chunks[chunk][index - _starts[chunk]]);
        }
    }

    /// <summary>The placements from one position to another, which is not included; quicker than one by one.</summary>
    public IEnumerable<Placement> Between(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)end, (uint)Count, nameof(end));
        if (start >= end)
            yield break;
        for (var chunk = ChunkOf(start); start < end; chunk++)
            for (var i = start - _starts[chunk]; i < _chunks[chunk].Count && start < end; i++, start++)
                yield return Shown(_chunks[chunk][i]);
    }

    /// <summary>Positions from one to another, which is not included, whose message is wanted; copies no placement.</summary>
    internal IEnumerable<int> Where(int start, int end, Func<EmailId, bool> isWanted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)end, (uint)Count, nameof(end));
        if (start >= end)
            yield break;
        for (var chunk = ChunkOf(start); start < end; chunk++)
            for (var i = start - _starts[chunk]; i < _chunks[chunk].Count && start < end; i++, start++)
                if (isWanted(_chunks[chunk].EmailAt(i)))
                    yield return start;
    }

    /// <summary>Bounds of the messages from one position to another, which is not included; may be wider than they are.</summary>
    internal EmailRange EmailsBetween(int start, int end)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start, end);
        var facts = _chunks[ChunkOf(start)..(ChunkOf(end - 1) + 1)].Select(chunk => chunk.Facts).ToList();
        return new EmailRange(new EmailId(facts.Min(chunk => chunk.First.Value)), new EmailId(facts.Max(chunk => chunk.Last.Value)));
    }

    /// <summary>Whoever stands later was not received earlier.</summary>
    public bool IsInOrderOfTime
    {
        get
        {
            for (var chunk = 0; chunk < _chunks.Length; chunk++)
                if (!_chunks[chunk].Facts.IsInOrderOfTime || (chunk > 0 && _chunks[chunk][0].ReceivedAt < _chunks[chunk - 1][^1].ReceivedAt))
                    return false;
            return true;
        }
    }

    /// <summary>The placements at these positions, without copying any: a hundred thousand are 8 MB.</summary>
    public IReadOnlyList<Placement> At(IReadOnlyList<int> positions) => new Selection(this, positions);

    private sealed class Selection(MailboxSnapshot snapshot, IReadOnlyList<int> positions) : IReadOnlyList<Placement>
    {
        public int Count => positions.Count;

        public Placement this[int index] => snapshot[positions[index]];

        public IEnumerator<Placement> GetEnumerator()
        {
            // Most are neighbours: the chunk of the last one is tried first.
            var chunk = 0;
            for (var i = 0; i < positions.Count; i++)
            {
                var position = positions[i];
                if ((uint)(position - snapshot._starts[chunk]) >= (uint)snapshot._chunks[chunk].Count)
                    chunk = snapshot.ChunkOf(position);
                yield return snapshot.Shown(snapshot._chunks[chunk][position - snapshot._starts[chunk]]);
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Position of a UID, or the complement of where it would stand (as Array.BinarySearch).</summary>
    public int IndexOf(Uid uid)
    {
        int low = 0, high = _chunks.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_chunks[middle][0].Uid <= uid)
                low = middle + 1;
            else
                high = middle - 1;
        }

        if (high < 0)
            return ~0;
        var at = _chunks[high].IndexOf(uid);
        return at >= 0 ? _starts[high] + at : ~(_starts[high] + ~at);
    }

    /// <summary>
    /// Positions of placements changed after <paramref name="since"/>, ascending; skips chunks without change.
    /// </summary>
    public IEnumerable<int> ChangedSince(ModSeq since)
    {
        for (var chunk = 0; chunk < _chunks.Length; chunk++)
        {
            if (_chunks[chunk].MaxModSeq <= since)
                continue;
            for (var i = 0; i < _chunks[chunk].Count; i++)
                if (_chunks[chunk][i].ModSeq > since)
                    yield return _starts[chunk] + i;
        }
    }

    /// <summary>Position of the first placement without \Seen, or -1.</summary>
    public int FirstUnseen
    {
        get
        {
            if (_seen is null ? _row.Unseen == 0 : _seen.Count == Count)
                return -1;
            for (var chunk = 0; chunk < _chunks.Length; chunk++)
                for (var i = 0; i < _chunks[chunk].Count; i++)
                    if (!Shown(_chunks[chunk][i]).Flags.Has(MessageFlags.Seen))
                        return _starts[chunk] + i;
            return -1;
        }
    }

    /// <summary>The chunk that a position, which is there, is in.</summary>
    private int ChunkOf(int position)
    {
        var chunk = Array.BinarySearch(_starts, position);
        return chunk < 0 ? ~chunk - 1 : chunk;
    }

    private Placement Shown(Placement placement) => _seen is null ? placement : placement.SeenAs(_seen.Contains(placement.Uid));
}
