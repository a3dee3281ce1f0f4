using Casella.Server.Configuration;
using Casella.Server.Options;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace Casella.Server.Hosting;

/// <summary>
/// The log: to standard error, so that standard output is for people and scripts; in the journal's form under systemd.
/// </summary>
internal static class LogSetup
{
    public static void Configure(ILoggingBuilder logging, LoggingOptions options)
    {
        logging.SetMinimumLevel(options.Level);
        // Kestrel and the host tell at Information what the start table says better.
        logging.AddFilter("Microsoft", options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning);
        // That its keys are not encrypted: they lie in the data folder, as readable as all the mail beside them.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // It would put the path of the request behind every line, and some paths are as good as a password.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Every visitor without a session is one; what comes of it is logged where somebody signs in.
        logging.AddFilter("Casella.Web.Http.SessionAuthentication", LogLevel.Warning);
        // Checked with the other options at start.
        if (!LogLevels.TryParse(options.Rooms, out var rooms, out var wrong))
            throw new ConfigurationException([$"Logging.Rooms: {wrong}"]);
        foreach (var (room, level) in rooms)
            logging.AddFilter(room, level);
        AddConsole(logging, options.Format);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void AddConsole(ILoggingBuilder logging, LogFormat format)
    {
        if (format is LogFormat.Json)
            logging.AddJsonConsole(console => (console.IncludeScopes, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "O"));
        else if (format is LogFormat.Systemd || (format is LogFormat.Auto && SystemdHelpers.IsSystemdService()))
            logging.AddSystemdConsole(console => console.IncludeScopes = true);
        else
            logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName)
                .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
    }
}
