using System.Net;
using Microsoft.Extensions.Logging;

namespace Casella.Smtp;

/// <summary>All that the SMTP room logs. Event ids 6000–6999.</summary>
internal static partial class Log
{
    private static readonly Func<ILogger, string, IDisposable?> Session =
        LoggerMessage.DefineScope<string>("smtp connection {Connection}");

    public static IDisposable? SessionScope(ILogger logger, string connection) => Session(logger, connection);

    [LoggerMessage(6001, LogLevel.Information, "{Connection}: {Address} signed in for submission with {Device}")]
    public static partial void SignedIn(ILogger logger, string connection, string address, string device);

    [LoggerMessage(6002, LogLevel.Debug, "{Command} took {Elapsed:F1} ms: {Code}")]
    public static partial void CommandDone(ILogger logger, string command, double elapsed, int code);

    [LoggerMessage(6003, LogLevel.Information, "TLS with {Remote} failed: {Reason}")]
    public static partial void TlsFailed(ILogger logger, IPEndPoint remote, string reason);

    [LoggerMessage(6004, LogLevel.Information, "{Id}: {Size} octets from <{ReversePath}> by {Remote} for {Recipients} recipients: {Code}")]
    public static partial void Message(ILogger logger, string id, long size, string reversePath, IPAddress remote, int recipients, int code);

    [LoggerMessage(6005, LogLevel.Error, "Internal error {Id} in {Command}")]
    public static partial void InternalError(ILogger logger, Exception bug, string id, string command);

    [LoggerMessage(6006, LogLevel.Information, "Recipient refused for {Remote}: {Code} {Enhanced}")]
    public static partial void RecipientRefused(ILogger logger, IPAddress remote, int code, string? enhanced);

    [LoggerMessage(6008, LogLevel.Warning, "No list of public suffixes in {File} ({Reason}): DMARC takes what stands below a top-level domain for one owner's")]
    public static partial void NoPublicSuffixes(ILogger logger, string file, string reason);

    [LoggerMessage(6009, LogLevel.Information, "{Id}: {Outcome}: {Results}")]
    public static partial void Checked(ILogger logger, string id, string outcome, string results);

    [LoggerMessage(6010, LogLevel.Warning, "clamd at {Place} has not looked into a message ({Reason}); it is taken without")]
    public static partial void ClamdSilent(ILogger logger, string place, string reason);

    [LoggerMessage(6011, LogLevel.Warning, "rspamd at {Place} has not answered ({Reason}); the built-in filter speaks")]
    public static partial void RspamdSilent(ILogger logger, string place, string reason);

    [LoggerMessage(6007, LogLevel.Warning, "{Id}: {Recipient} was refused after others had taken the message")]
    public static partial void PartlyRefused(ILogger logger, string id, string recipient);
}
