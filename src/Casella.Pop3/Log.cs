using System.Net;
using Microsoft.Extensions.Logging;

namespace Casella.Pop3;

/// <summary>All that the POP3 room logs. Event ids 5000–5999.</summary>
internal static partial class Log
{
    private static readonly Func<ILogger, string, IDisposable?> Session =
        LoggerMessage.DefineScope<string>("pop3 connection {Connection}");

    public static IDisposable? SessionScope(ILogger logger, string connection) => Session(logger, connection);

    [LoggerMessage(5001, LogLevel.Information, "{Connection}: {Address} signed in by POP3 with {Device}")]
    public static partial void SignedIn(ILogger logger, string connection, string address, string device);

    [LoggerMessage(5002, LogLevel.Debug, "{Command} took {Elapsed:F1} ms")]
    public static partial void CommandDone(ILogger logger, string command, double elapsed);

    [LoggerMessage(5003, LogLevel.Information, "TLS with {Remote} failed: {Reason}")]
    public static partial void TlsFailed(ILogger logger, IPEndPoint remote, string reason);

    [LoggerMessage(5004, LogLevel.Warning, "Marked messages could not be removed; they stay")]
    public static partial void UpdateFailed(ILogger logger, Exception failure);

    [LoggerMessage(5006, LogLevel.Warning, "A downloaded message could not be marked as read")]
    public static partial void NotMarkedSeen(ILogger logger, Exception failure);

    [LoggerMessage(5005, LogLevel.Error, "Internal error {Id} in {Command}")]
    public static partial void InternalError(ILogger logger, Exception bug, string id, string command);
}
