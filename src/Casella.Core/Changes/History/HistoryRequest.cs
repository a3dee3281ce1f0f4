using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>Which changes of an account are told.</summary>
public sealed record HistoryRequest
{
    public PersonId? Person { get; init; }
    public DeviceId? Device { get; init; }
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Entries at most, the newest.</summary>
    public int Limit { get; init; } = int.MaxValue;

    internal bool Selects(Actor actor, DateTimeOffset at) =>
        (Person is null || Person == actor.Person) && (Device is null || Device == actor.Device) && at >= Since && at <= Until;
}

/// <summary>
/// What one actor did at a stretch: adjacent changes of one kind in the same folders are one entry. In words:
/// <see cref="HistoryWords"/>.
/// </summary>
/// <param name="First">The first change; <see cref="UndoRequest.Change"/> takes it.</param>
/// <param name="Last">The last one; the same where it is one.</param>
public sealed record HistoryEntry(ModSeq First, ModSeq Last, DateTimeOffset At, DateTimeOffset Until, Actor Actor)
{
    internal ChangeKind Kind { get; init; }

    /// <summary>Name of the kind, for programs: "Moved".</summary>
    public string What => Kind.ToString();

    /// <summary>Messages, each counted as often as it was changed.</summary>
    public int Messages { get; init; }

    /// <summary>Of the only message; empty for one without, null for several and for one whose content is gone.</summary>
    public string? Subject { get; init; }

    /// <summary>Who wrote the only message; null as above.</summary>
    public string? Sender { get; init; }

    /// <summary>The folder by the name that it had then; null for what is in none.</summary>
    public string? Folder { get; init; }

    /// <summary>The other one of a move, copy or restoration.</summary>
    public string? OtherFolder { get; init; }

    /// <summary>Flags that were set.</summary>
    public FlagNames Set { get; init; } = FlagNames.None;

    /// <summary>Flags that were taken away.</summary>
    public FlagNames Cleared { get; init; } = FlagNames.None;

    /// <summary>What the log says besides, by lines (<see cref="ChangeKind"/>).</summary>
    internal IReadOnlyList<string> Text { get; init; } = [];
}
