using Microsoft.Extensions.Logging;

namespace Casella.Core.Office;

/// <summary>What the office logs. Event ids 1900–1949.</summary>
internal static partial class Log
{
    [LoggerMessage(1900, LogLevel.Warning, "Entry {Entry} of the office's journal ended as {Outcome}, which could not be written")]
    public static partial void EndNotWritten(ILogger logger, long entry, JournalOutcome outcome, Exception failure);

    [LoggerMessage(1901, LogLevel.Warning, "Webhooks could not be served; tried again in a minute")]
    public static partial void HooksFailed(ILogger logger, Exception failure);

    [LoggerMessage(1902, LogLevel.Warning, "Webhook {Hook} has not taken {Event} for three days; it is given up: {Error}")]
    public static partial void HookGivenUp(ILogger logger, long hook, string @event, string error);
}
