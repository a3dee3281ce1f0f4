namespace Casella.Core.Messages;

/// <summary>One message to append.</summary>
/// <param name="ReceivedAt">INTERNALDATE; null for now.</param>
public sealed record NewMessage(StagedMessage Content, FlagNames Flags, DateTimeOffset? ReceivedAt);

/// <summary>Where appended messages are (RFC 9051 §7.1 APPENDUID), in the order given.</summary>
public sealed record AppendResult(uint UidValidity, IReadOnlyList<Uid> Uids)
{
    /// <summary>Of a replacement, by which it can be undone.</summary>
    public ModSeq? ModSeq { get; init; }
}

/// <summary>
/// What a COPY or MOVE did (RFC 9051 §7.1 COPYUID). Messages that were expunged meanwhile are simply not in the lists.
/// </summary>
public sealed record CopyResult(uint UidValidity, IReadOnlyList<Uid> Source, IReadOnlyList<Uid> Target)
{
    /// <summary>Of this change, by which it can be undone; null when nothing was there.</summary>
    public ModSeq? ModSeq { get; init; }
}

/// <summary>What a STORE did.</summary>
/// <param name="ModSeq">Of this change; null when nothing changed.</param>
/// <param name="Stored">Placements of the given UIDs that exist, after the change (also those that did not need
/// one).</param>
/// <param name="Modified">UIDs left alone because they changed after UNCHANGEDSINCE (RFC 7162 §3.1.3).</param>
public sealed record StoreResult(ModSeq? ModSeq, IReadOnlyList<Placement> Stored, IReadOnlyList<Uid> Modified);

/// <summary>What an EXPUNGE removed.</summary>
public sealed record ExpungeResult(ModSeq? ModSeq, IReadOnlyList<Uid> Expunged);
