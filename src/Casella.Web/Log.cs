using Microsoft.Extensions.Logging;

namespace Casella.Web;

/// <summary>What the web room logs. Event ids 6000–6099.</summary>
internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Error, "Internal error {Id} in {Path}")]
    public static partial void InternalError(ILogger logger, Exception failure, string id, string path);

    [LoggerMessage(6002, LogLevel.Warning, "A request to {Path} from the foreign page {Origin} is refused")]
    public static partial void ForeignOrigin(ILogger logger, string path, string origin);

    [LoggerMessage(6004, LogLevel.Debug, "Picture of {Host} is not shown: {Why}")]
    public static partial void PictureRefused(ILogger logger, string host, string why);
}
