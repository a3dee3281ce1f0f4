namespace Casella.Server;

/// <summary>All that the server room logs. Event ids 7000–7999.</summary>
internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Information, "casella {Version} serves {HostName} from {Data}")]
    public static partial void Started(ILogger logger, string version, string hostName, string data);

    [LoggerMessage(7002, LogLevel.Information, "Stopping: no new connections, sessions finish their command")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(7003, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(7004, LogLevel.Information, "New certificate from {File}, good until {NotAfter}")]
    public static partial void CertificateReplaced(ILogger logger, string file, DateTime notAfter);

    [LoggerMessage(7005, LogLevel.Error, "The certificate {File} has changed and cannot be used; the one before serves on")]
    public static partial void CertificateUnusable(ILogger logger, string file, Exception reason);

    [LoggerMessage(7006, LogLevel.Information, "New certificate for {Names} from {Authority}")]
    public static partial void CertificateMade(ILogger logger, string names, string authority);

    [LoggerMessage(7007, LogLevel.Warning, "No new certificate for {Names} (attempt {Attempt}, the next after {Next}): {Reason}")]
    public static partial void CertificateNotMade(ILogger logger, string names, int attempt, DateTimeOffset next, string reason);

    [LoggerMessage(7008, LogLevel.Error, "The certificates could not be looked at")]
    public static partial void CertificateOrdersFailed(ILogger logger, Exception reason);

    [LoggerMessage(7009, LogLevel.Warning, "Figures of the queue could not be read")]
    public static partial void GaugesFailed(ILogger logger, Exception reason);

    [LoggerMessage(7020, LogLevel.Warning, "For the office: {Kind} ({Facts})")]
    public static partial void Alerted(ILogger logger, Alerts.AlertKind kind, string facts);

    [LoggerMessage(7021, LogLevel.Error, "The office could not be told what it should know; tried again in a quarter of an hour")]
    public static partial void AlertsFailed(ILogger logger, Exception reason);

    [LoggerMessage(7010, LogLevel.Debug, "Command line: {Request}")]
    public static partial void ControlCalled(ILogger logger, string request);

    [LoggerMessage(7011, LogLevel.Debug, "Command line client gone: {Reason}")]
    public static partial void ControlClientGone(ILogger logger, string reason);

    [LoggerMessage(7012, LogLevel.Error, "Command line connection failed")]
    public static partial void ControlFailed(ILogger logger, Exception bug);

    [LoggerMessage(7013, LogLevel.Error, "Command line request failed ({Id})")]
    public static partial void ControlBug(ILogger logger, string id, Exception bug);

    [LoggerMessage(7014, LogLevel.Debug, "At rest: {Kilobytes} KB given back, {Left} KB left; stood still for {Milliseconds} ms")]
    public static partial void MemoryGivenBack(ILogger logger, long kilobytes, long left, double milliseconds);
}
