using Casella.Core.Changes;

namespace Casella.Core.Work;

/// <summary>How far a mailbox's members are with a message.</summary>
public enum WorkStep
{
    /// <summary>Nobody has begun: neither keyword.</summary>
    New,
    /// <summary>Somebody writes an answer: <see cref="WorkKeywords.InProgress"/>.</summary>
    InProgress,
    /// <summary>It is answered: <see cref="WorkKeywords.Done"/>.</summary>
    Done,
}

/// <summary>The state of a message.</summary>
/// <param name="By">Who works on it, of several who began first, or who has done it; null when it is new, and when a
/// member's program has set the keyword by itself.</param>
/// <param name="Since">When that began; null as above.</param>
/// <param name="Until">When work in progress ends if the draft is not saved again; else null.</param>
public sealed record WorkState(WorkStep Step, Actor? By, DateTimeOffset? Since, DateTimeOffset? Until)
{
    public static WorkState New { get; } = new(WorkStep.New, null, null, null);
}

/// <summary>The names of the states for every program (ADR 0013).</summary>
public static class WorkKeywords
{
    public const string InProgress = "$InProgress";
    public const string Done = "$Done";

    /// <summary>
    /// What Thunderbird and the programs that know its labels show as "Work", in Italian "Lavoro", in orange.
    /// </summary>
    public const string Label = "$label2";
}
