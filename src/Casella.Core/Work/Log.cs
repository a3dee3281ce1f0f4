using Microsoft.Extensions.Logging;

namespace Casella.Core.Work;

/// <summary>What work states and reminders log. Event ids 1450–1499.</summary>
internal static partial class Log
{
    [LoggerMessage(1451, LogLevel.Warning, "Work in account {Account} could not be ended; it is tried again in a moment")]
    public static partial void WorkNotEnded(ILogger logger, long account, Exception failure);

    [LoggerMessage(1452, LogLevel.Warning, "A message of account {Account} that is due could not come back; it is tried again in a moment")]
    public static partial void ReminderFailed(ILogger logger, long account, Exception failure);

    [LoggerMessage(1453, LogLevel.Warning, "What is due could not be read; it is tried again in a moment")]
    public static partial void RemindersNotRead(ILogger logger, Exception failure);
}
