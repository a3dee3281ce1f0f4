using Casella.Core.Notices;

namespace Casella.Core.Storage;

/// <summary>
/// Rows of an account behind what the server does for it unasked. Only its writer reads and writes them, within a unit.
/// </summary>
internal interface ICareRows
{
    /// <summary>Keeps a notice until <see cref="SetNoticeSent"/>; numbers rise and are never given again.</summary>
    void AddNotice(NoticeKind kind, DateTimeOffset at, string facts);

    /// <summary>Notices that nobody has been told yet, oldest first.</summary>
    IReadOnlyList<NoticeRow> PendingNotices();
    void SetNoticeSent(long notice, DateTimeOffset at);

    /// <summary>When the last notice of a kind was made, or null.</summary>
    DateTimeOffset? LastNotice(NoticeKind kind);

    /// <summary>What was used at the beginning of a day; a second row of the same day changes nothing.</summary>
    /// <param name="day">Days since 1970, UTC.</param>
    void AddUsage(int day, long usedBytes);

    /// <summary>The days from one on that have a row, ascending: those on which something was changed.</summary>
    IReadOnlyList<DailyUsage> Usage(int fromDay);

    /// <summary>When this device last had an alert, or null.</summary>
    DateTimeOffset? LastAlert(string device);

    /// <summary>Written along with the next commit; no commit is made for it.</summary>
    void SetAlertLazily(string device, DateTimeOffset at);

    /// <summary>When this sender last had an automatic answer, or null.</summary>
    DateTimeOffset? LastAnswer(string sender);
    void SetAnswered(string sender, DateTimeOffset at);

    /// <summary>Removes what no rule looks at any more. The last notice stays, for its number.</summary>
    void Forget(CareLimits before);
}

/// <param name="Facts">JSON, see <see cref="NoticeFacts"/>.</param>
internal sealed record NoticeRow(long Id, NoticeKind Kind, DateTimeOffset At, string Facts);

/// <param name="Day">Days since 1970, UTC.</param>
/// <param name="UsedBytes">At its beginning.</param>
internal readonly record struct DailyUsage(int Day, long UsedBytes);

/// <summary>The times before which rows may go.</summary>
internal readonly record struct CareLimits(DateTimeOffset Notices, int UsageDay, DateTimeOffset Alerts, DateTimeOffset Answers);
