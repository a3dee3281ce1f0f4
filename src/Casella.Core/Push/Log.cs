using Microsoft.Extensions.Logging;

namespace Casella.Core.Push;

/// <summary>What notices of new mail log. Event ids 1950–1969.</summary>
internal static partial class Log
{
    [LoggerMessage(1950, LogLevel.Warning, "Browsers could not be told of new mail in account {Account}")]
    public static partial void NotTold(ILogger logger, long account, Exception failure);

    [LoggerMessage(1951, LogLevel.Information, "The push service of browser session {Session} has not taken a notice, attempt {Attempt}; it is given up")]
    public static partial void NotTaken(ILogger logger, long session, int attempt);
}
