using System.Net;
using Casella.Net.Connections;
using Microsoft.Extensions.Logging;

namespace Casella.Net;

/// <summary>All that the network room logs. Event ids 3000–3999.</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Debug, "{Connection}: {Service} connection from {Remote}")]
    public static partial void Connected(ILogger logger, string connection, string service, IPEndPoint remote);

    [LoggerMessage(3002, LogLevel.Debug, "{Connection}: {Service} connection from {Remote} lost: {Reason}")]
    public static partial void ConnectionLost(ILogger logger, string connection, string service, IPEndPoint remote, string reason);

    [LoggerMessage(3003, LogLevel.Warning, "Refused {Remote} on {Service}: {Reason}")]
    public static partial void Refused(ILogger logger, IPEndPoint remote, string service, RefusalReason reason);

    [LoggerMessage(3004, LogLevel.Error, "{Connection}: internal error in {Service}")]
    public static partial void InternalError(ILogger logger, Exception bug, string connection, string service);
}
