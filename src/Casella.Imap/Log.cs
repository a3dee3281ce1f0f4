using System.Net;
using Casella.Core;
using Microsoft.Extensions.Logging;

namespace Casella.Imap;

/// <summary>
/// All the room writes to the log. Never an argument of a command: it may be a password or somebody's mail.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Debug, "{Command} {Status} in {Milliseconds:0.0} ms")]
    public static partial void Command(ILogger logger, string command, string status, double milliseconds);

    [LoggerMessage(4002, LogLevel.Information, "Signed in to {Address} as {Actor}")]
    public static partial void SignedIn(ILogger logger, string address, string actor);

    [LoggerMessage(4003, LogLevel.Information, "Sign-in from {Remote} refused: {Error}")]
    public static partial void SignInFailed(ILogger logger, IPAddress remote, MailError error);

    [LoggerMessage(4004, LogLevel.Error, "Internal error {Id} in {Command}")]
    public static partial void InternalError(ILogger logger, Exception exception, string id, string command);

    [LoggerMessage(4005, LogLevel.Warning, "{Command} failed: {Error}")]
    public static partial void CommandFailed(ILogger logger, Exception exception, string command, MailError error);

    [LoggerMessage(4006, LogLevel.Debug, "Session ends: {Reason}")]
    public static partial void SessionEnds(ILogger logger, string reason);

    [LoggerMessage(4007, LogLevel.Information, "{Address}: {Actor} has authorized {Count} URLs")]
    public static partial void UrlsAuthorized(ILogger logger, string address, string actor, int count);
}
