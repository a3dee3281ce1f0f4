using Microsoft.Extensions.Logging;

namespace Casella.Core.Messages;

/// <summary>What mailboxes log. Event ids 1200–1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Warning, "{Account} could not be tidied; the next round tries again")]
    public static partial void TidyFailed(ILogger logger, Exception failure, string account);

    [LoggerMessage(1202, LogLevel.Error, "Nothing could be tidied; the next round tries again")]
    public static partial void TidyingFailed(ILogger logger, Exception failure);

    [LoggerMessage(1203, LogLevel.Critical, "The disk has {Free} bytes free, below Limits:MinimumFreeDisk ({Floor}): no new mail is taken until there is more")]
    public static partial void DiskIsFull(ILogger logger, long free, long floor);

    [LoggerMessage(1204, LogLevel.Information, "The disk has room again: new mail is taken")]
    public static partial void DiskHasRoom(ILogger logger);

    [LoggerMessage(1210, LogLevel.Warning, "Account {Account}: its full-text index did not go on; searches look through the messages until it does")]
    public static partial void IndexingFailed(ILogger logger, Exception failure, long account);
}
