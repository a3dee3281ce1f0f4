using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Migration;

/// <summary>What members' own migrations log. Event ids 1950–1969.</summary>
internal static partial class Log
{
    [LoggerMessage(1950, LogLevel.Information, "{Address}: mail is brought over from {Server}, user {User}")]
    public static partial void MovingStarted(ILogger logger, EmailAddress address, string server, string user);

    [LoggerMessage(1951, LogLevel.Information, "{Address}: bringing over is {State}, {Copied} messages came")]
    public static partial void MovingEnded(ILogger logger, EmailAddress address, MovingState state, int copied);

    [LoggerMessage(1952, LogLevel.Information, "{Address}: bringing over ended: {Reason}")]
    public static partial void MovingFailed(ILogger logger, EmailAddress address, string reason);

    [LoggerMessage(1953, LogLevel.Error, "{Address}: bringing over broke")]
    public static partial void MovingBroke(ILogger logger, EmailAddress address, Exception failure);
}
