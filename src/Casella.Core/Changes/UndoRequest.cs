namespace Casella.Core.Changes;

/// <summary>Which changes are to be taken back: one, or all that one device or person did in a time.</summary>
public sealed record UndoRequest
{
    /// <summary>Only the changes of this transaction; null for all in the time.</summary>
    public ModSeq? Change { get; init; }
    public DeviceId? Device { get; init; }
    public PersonId? Person { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Only says what would be done.</summary>
    public bool IsTrial { get; init; }

    internal bool Selects(ModSeq modSeq, Actor actor, DateTimeOffset at) =>
        (Change is null || Change == modSeq)
        && (Device is null || Device == actor.Device)
        && (Person is null || Person == actor.Person)
        && at >= Since && at <= Until;

    /// <summary>Without any of the three it would be everything that anybody did.</summary>
    internal bool IsBounded => Change is not null || Device is not null || Person is not null;
}

/// <summary>What an undo has done.</summary>
/// <param name="Restored">Messages that are again as they were.</param>
/// <param name="AlreadySo">Messages that were as they should be.</param>
/// <param name="Folders">Folders that were made again.</param>
/// <param name="Conflicts">What was left as it is.</param>
public sealed record UndoResult(int Restored, int AlreadySo, IReadOnlyList<string> Folders, IReadOnlyList<UndoConflict> Conflicts);

/// <summary>A message or folder that was left alone.</summary>
/// <param name="What">Subject of the message or name of the folder.</param>
/// <param name="By">Who has changed it since; null where nobody has.</param>
public sealed record UndoConflict(string What, UndoObstacle Obstacle, Actor? By, DateTimeOffset? At);

public enum UndoObstacle
{
    /// <summary>Somebody else has changed it later.</summary>
    ChangedSince,
    /// <summary>Its content is gone for good.</summary>
    ContentGone,
    /// <summary>The folder it was in has been deleted by somebody else.</summary>
    FolderGone,
    /// <summary>A folder was made or renamed: that is left to who works in it.</summary>
    FolderKept,
}
