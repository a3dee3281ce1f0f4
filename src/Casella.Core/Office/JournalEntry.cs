
namespace Casella.Core.Office;

/// <summary>One act in the office's journal.</summary>
/// <param name="Who">Their name then.</param>
/// <param name="Act">As in <see cref="OfficeTable"/>.</param>
/// <param name="Subject">An address, a login, a domain.</param>
/// <param name="Detail">Values as "quota=1073741824"; never a secret.</param>
/// <param name="Domain">Whose operators see it; null for what is of the whole server.</param>
public sealed record JournalEntry(
    long Id, DateTimeOffset At, PersonId? Person, string Who, OfficeWay Way, string? Address, string Act, string Subject, string Detail,
    string? Domain, JournalOutcome Outcome)
{
    /// <summary>Why it was done, where that must be said.</summary>
    public string? Reason { get; init; }

    /// <summary>What came in its way.</summary>
    public string? Failure { get; init; }
}

/// <summary>Stored as a number: never renumber.</summary>
public enum JournalOutcome : byte
{
    /// <summary>It is at work, or the server ended while it was.</summary>
    Begun = 0,
    Done = 1,
    Failed = 2,

    /// <summary>Whoever asked may not.</summary>
    Refused = 3,
}

/// <param name="Before">Entries older than this one; null for the newest.</param>
/// <param name="Domains">Only of these; null for all.</param>
/// <param name="Text">In subject or name; null for all.</param>
public sealed record JournalRequest(int AtMost, long? Before = null, IReadOnlySet<string>? Domains = null, string? Text = null);
