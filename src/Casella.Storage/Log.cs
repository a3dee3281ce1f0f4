using Microsoft.Extensions.Logging;

namespace Casella.Storage;

/// <summary>All that the storage room logs. Event ids 2000–2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Error, "Account {Account}: a commit of {Units} units failed; none of them happened")]
    public static partial void CommitFailed(ILogger logger, Exception failure, long account, int units);

    [LoggerMessage(2002, LogLevel.Warning, "Account {Account}: its full-text index is damaged and was removed; it is made anew")]
    public static partial void IndexDamaged(ILogger logger, Exception failure, long account);

    [LoggerMessage(2003, LogLevel.Warning, "Account {Account}: the write-ahead log could not be emptied of what was destroyed; the next commit tries again")]
    public static partial void LogNotEmptied(ILogger logger, Exception failure, long account);
}
