using System.ComponentModel.DataAnnotations;

namespace Casella.Core.Queue;

/// <summary>How mail that could not leave at once is tried again. Bound from <c>Queue</c>.</summary>
public sealed record QueueOptions
{
    /// <summary>
    /// How long a message is tried. Five days are what the world expects (RFC 5321 §4.5.4.1); then its sender gets it
    /// back.
    /// </summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(5);

    /// <summary>After this time the sender is told that it takes longer, once.</summary>
    public TimeSpan DelayNotice { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Wait after the first failed attempt; each further one doubles it.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest wait between two attempts.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromHours(4);

    /// <summary>
    /// How long it is remembered what became of each recipient: who took it, when and how, or why not. A quarter of a year
    /// is how late people ask whether a mail went out.
    /// </summary>
    public TimeSpan KeepFates { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Attempts at the same time.</summary>
    public int Attempts { get; init; } = 20;

    /// <summary>
    /// Attempts at the same time for one domain: a slow one must not hold up the others, and none likes a crowd.
    /// </summary>
    public int AttemptsPerDomain { get; init; } = 3;

    /// <summary>
    /// Attempts that begin within a minute for one domain, for whoever sends through a provider that takes only so many.
    /// Zero for as many as there are.
    /// </summary>
    [Range(0, 100_000)]
    public int AttemptsPerDomainAMinute { get; init; }
}
