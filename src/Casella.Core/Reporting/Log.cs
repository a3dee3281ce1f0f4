using Microsoft.Extensions.Logging;

namespace Casella.Core.Reporting;

/// <summary>What reports log. Event ids 1700–1749.</summary>
internal static partial class Log
{
    [LoggerMessage(1700, LogLevel.Information, "{Kind} report about {Domain} for {Day} is in the queue as {Id} (part {Number})")]
    public static partial void ReportSent(ILogger logger, ReportKind kind, string domain, DateOnly day, string id, int number);

    [LoggerMessage(1701, LogLevel.Information, "{Kind} report about {Domain} for {Day} has {Size} octets, more than anybody wants there")]
    public static partial void ReportTooLarge(ILogger logger, ReportKind kind, string domain, DateOnly day, long size);

    [LoggerMessage(1702, LogLevel.Information, "{Kind} report about {Domain} came from {Reporter}{Note}")]
    public static partial void ReportReceived(ILogger logger, ReportKind kind, string domain, string reporter, string note);

    [LoggerMessage(1704, LogLevel.Information, "Tls report about {Domain} for {Day} was taken by {Place}")]
    public static partial void ReportPosted(ILogger logger, string domain, DateOnly day, Uri place);

    [LoggerMessage(1705, LogLevel.Information, "Tls report about {Domain} for {Day} was not taken by {Place}")]
    public static partial void ReportNotTaken(ILogger logger, string domain, DateOnly day, Uri place);

    [LoggerMessage(1703, LogLevel.Warning, "Reports could not be written now; they are tried again")]
    public static partial void ReportsFailed(ILogger logger, Exception failure);
}
