using Casella.Core.Policies;

namespace Casella.Core.Quota;

/// <summary>What a device is told when it opens a mailbox that is nearly full.</summary>
/// <param name="Percent">Of the limit, rounded down.</param>
/// <param name="DaysLeft">Until it is full, as things go; null when nobody can say.</param>
/// <param name="Language">The mailbox's.</param>
public sealed record QuotaAlert(int Percent, int? DaysLeft, Language Language)
{
    /// <summary>A device hears it once in this time.</summary>
    internal static TimeSpan Every { get; } = TimeSpan.FromDays(1);
}
