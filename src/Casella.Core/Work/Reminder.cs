namespace Casella.Core.Work;

/// <summary>A message that asks for attention at some time.</summary>
/// <param name="Home">Where it comes back to.</param>
public sealed record Reminder(AccountId Account, EmailId Message, ReminderKind Kind, MailboxId Home, DateTimeOffset At);

/// <summary>Stored as a number: never renumber.</summary>
public enum ReminderKind : byte
{
    /// <summary>It is out of the way until then, and comes back unread.</summary>
    Snooze = 1,

    /// <summary>It was sent; if nobody has answered by then, it shows in INBOX with a star.</summary>
    FollowUp = 2,
}
