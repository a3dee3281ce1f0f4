namespace Casella.Core.Messages;

/// <summary>
/// Immutable picture of one mailbox as of one commit, sorted by UID; cheap to take (chunks are shared with the index until they change).
/// Sessions hold one and compare it with the next: what is announced to a client follows from state, not from events that could be missed.
/// </summary>
public sealed class MailboxSnapshot
{
    public MailboxId Mailbox => throw new NotImplementedException();
    public uint UidValidity => throw new NotImplementedException();
    public Uid UidNext => throw new NotImplementedException();
    public ModSeq HighestModSeq => throw new NotImplementedException();

    /// <summary>The last change that removed a placement: a view that is newer need not look for vanished UIDs.</summary>
    public ModSeq LastExpunge => throw new NotImplementedException();
    public int Count => throw new NotImplementedException();
    public KeywordList Keywords => throw new NotImplementedException();

    /// <summary>Placement by position (0 … Count-1), ascending UID.</summary>
    public Placement this[int index] => throw new NotImplementedException();

    /// <summary>Position of a UID, or the complement of where it would stand (as Array.BinarySearch).</summary>
    public int IndexOf(Uid uid) => throw new NotImplementedException();

    /// <summary>Positions of placements changed after <paramref name="since"/>, ascending; skips chunks without change.</summary>
    public IEnumerable<int> ChangedSince(ModSeq since) => throw new NotImplementedException();

    /// <summary>Position of the first placement without \Seen, or -1.</summary>
    public int FirstUnseen => throw new NotImplementedException();
}
