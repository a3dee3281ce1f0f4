using Microsoft.Extensions.Logging;

namespace Casella.Core.Work;

/// <summary>What the work states log. Event ids 1450–1499.</summary>
internal static partial class Log
{
    [LoggerMessage(1451, LogLevel.Warning, "Work in account {Account} could not be ended; it is tried again in a moment")]
    public static partial void WorkNotEnded(ILogger logger, long account, Exception failure);
}
