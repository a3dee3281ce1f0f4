using Casella.Core.Queue;
using Casella.Formats.Addresses;

namespace Casella.Core.Tracing;

/// <summary>Where one message is, recipient by recipient.</summary>
/// <param name="Id">Its queue id, which its sender's program was told.</param>
/// <param name="Owner">The account whose Sent folder has it, or null.</param>
/// <param name="MessageId">Without angle brackets, or null.</param>
/// <param name="ReversePath">Null for a report.</param>
public sealed record TracedMail(
    string Id, AccountId? Owner, string? MessageId, EmailAddress? ReversePath, IReadOnlyList<TracedRecipient> Recipients);

/// <summary>Where it is for one recipient.</summary>
/// <param name="At">When that came to be; for one that waits, when it is tried next.</param>
/// <param name="Status">RFC 3463; empty before the first attempt.</param>
/// <param name="Diagnostic">The other server's words, or ours.</param>
/// <param name="Server">Who took or refused it; null for this one.</param>
/// <param name="Attempts">Of one that waits.</param>
public sealed record TracedRecipient(
    EmailAddress Address, TraceState State, DateTimeOffset At, string Status, string Diagnostic, string? Server, WireSecurity Security, int Attempts);

/// <summary>The numbers stand in the store.</summary>
public enum TraceState
{
    /// <summary>In the queue.</summary>
    Waiting = 0,
    /// <summary>Another server has taken it over.</summary>
    HandedOver = 1,
    /// <summary>In a mailbox of this server.</summary>
    Stored = 2,
    /// <summary>Refused, or given up; its sender was told.</summary>
    Failed = 3,
    /// <summary>The office has taken it out of the queue.</summary>
    Removed = 4,
    /// <summary>Its sender has called it back before it left.</summary>
    CalledBack = 5,
}

/// <summary>Recipients of one day (UTC).</summary>
/// <param name="Delivered">Handed over, or in a mailbox here.</param>
public sealed record SentDay(DateOnly Day, int Delivered, int Failed);
