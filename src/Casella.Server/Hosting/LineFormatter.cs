using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Casella.Server.Hosting;

/// <summary>
/// The log as people read it, one line each: time, level, room and event, text, and behind it whose connection it was.
/// Nothing that a client sends can begin a line of its own: control characters become spaces, and the lines of an
/// exception are indented. Used by <see cref="LogSetup"/>.
/// </summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "casella";

    private const string Indent = "    ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.fff ", CultureInfo.InvariantCulture));
        textWriter.Write(Level(logEntry.LogLevel));
        textWriter.Write(string.Create(CultureInfo.InvariantCulture, $" {Room(logEntry.Category)} {logEntry.EventId.Id}: "));
        textWriter.Write(Harmless(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        scopeProvider?.ForEachScope(WriteScope, textWriter);
        textWriter.WriteLine();
        if (logEntry.Exception is { } exception)
            foreach (var line in exception.ToString().Split('\n'))
                textWriter.WriteLine(Indent + Harmless(line.TrimEnd()));
    }

    private static void WriteScope(object? scope, TextWriter writer)
    {
        // Kestrel's own scope says the connection a second time.
        if (scope?.ToString() is { Length: > 0 } text && !text.StartsWith("ConnectionId:", StringComparison.Ordinal))
            writer.Write($" ({Harmless(text)})");
    }

    // "Casella.Imap.ImapProtocol" is Imap; of others the whole name says whose it is.
    private static string Room(string category)
    {
        var parts = category.Split('.', 3);
        return parts is ["Casella", var room, ..] ? room : category;
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "WARN ",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        LogLevel.None => "     ",
    };

    private static string Harmless(string text) => text.Any(char.IsControl)
        ? string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        })
        : text;
}
