using Microsoft.Extensions.Logging;

namespace Casella.Core.Notices;

/// <summary>What notices log. Event ids 1600–1699.</summary>
internal static partial class Log
{
    [LoggerMessage(1601, LogLevel.Warning, "A notice for account {Account} could not be delivered; the next hour tries again")]
    public static partial void NoticeNotDelivered(ILogger logger, Exception failure, long account);

    [LoggerMessage(1602, LogLevel.Error, "A notice for account {Account} could not be delivered because of a defect; the next hour tries again")]
    public static partial void NoticeFailed(ILogger logger, Exception failure, long account);

    [LoggerMessage(1603, LogLevel.Warning, "The accounts could not be listed for their notices; the next hour tries again")]
    public static partial void NoticesNotRead(ILogger logger, Exception failure);
}
