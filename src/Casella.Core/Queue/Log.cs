using Casella.Formats.Addresses;
using Microsoft.Extensions.Logging;

namespace Casella.Core.Queue;

/// <summary>What the queue logs. Event ids 1500–1599.</summary>
internal static partial class Log
{
    [LoggerMessage(1501, LogLevel.Information, "{Id} for {Recipient}: {Verdict}, {Status} {Diagnostic}")]
    public static partial void Fate(ILogger logger, string id, EmailAddress recipient, VerdictKind verdict, string status, string diagnostic);

    [LoggerMessage(1504, LogLevel.Error, "{Id} is damaged in the queue; its sender is told")]
    public static partial void ContentDamaged(ILogger logger, string id, Exception failure);

    [LoggerMessage(1505, LogLevel.Information, "{Sender} has had enough reports today on mail that was only sent on from here; no more is written")]
    public static partial void ReportsEnough(ILogger logger, EmailAddress sender);

    [LoggerMessage(1502, LogLevel.Error, "The queue could not be read; it is tried again in a minute")]
    public static partial void QueueFailed(ILogger logger, Exception failure);

    [LoggerMessage(1503, LogLevel.Error, "An attempt of {Id} for {Domain} broke off; it stays in the queue")]
    public static partial void AttemptFailed(ILogger logger, string id, string domain, Exception failure);
}
