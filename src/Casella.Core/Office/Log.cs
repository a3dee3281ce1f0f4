using Microsoft.Extensions.Logging;

namespace Casella.Core.Office;

/// <summary>What the office logs. Event ids 1900–1949.</summary>
internal static partial class Log
{
    [LoggerMessage(1900, LogLevel.Warning, "Entry {Entry} of the office's journal ended as {Outcome}, which could not be written")]
    public static partial void EndNotWritten(ILogger logger, long entry, JournalOutcome outcome, Exception failure);
}
