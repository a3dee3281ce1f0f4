using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>What mailboxes log. Event ids 1100–1199.</summary>
internal static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "{Account} could not be tidied; the next hour tries again")]
    public static partial void TidyFailed(ILogger logger, Exception failure, string account);
}
