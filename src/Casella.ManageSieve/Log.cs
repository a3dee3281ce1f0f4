using System.Net;
using Microsoft.Extensions.Logging;

namespace Casella.ManageSieve;

/// <summary>All that the ManageSieve room logs. Event ids 8000–8999.</summary>
internal static partial class Log
{
    private static readonly Func<ILogger, string, IDisposable?> Session =
        LoggerMessage.DefineScope<string>("sieve connection {Connection}");

    public static IDisposable? SessionScope(ILogger logger, string connection) => Session(logger, connection);

    [LoggerMessage(8001, LogLevel.Information, "{Connection}: {Address} signed in by ManageSieve with {Device}")]
    public static partial void SignedIn(ILogger logger, string connection, string address, string device);

    [LoggerMessage(8002, LogLevel.Debug, "{Command} took {Elapsed:F1} ms")]
    public static partial void CommandDone(ILogger logger, string command, double elapsed);

    [LoggerMessage(8003, LogLevel.Information, "TLS with {Remote} failed: {Reason}")]
    public static partial void TlsFailed(ILogger logger, IPEndPoint remote, string reason);

    [LoggerMessage(8004, LogLevel.Error, "Internal error {Id} in {Command}")]
    public static partial void InternalError(ILogger logger, Exception bug, string id, string command);
}
