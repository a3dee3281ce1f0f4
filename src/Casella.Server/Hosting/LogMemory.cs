using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Casella.Server.Hosting;

/// <summary>
/// The last lines of the log, for casella logs: wherever standard error goes on this machine, the administrator need not
/// know. In memory, and gone with the process.
/// </summary>
[ProviderAlias("Memory")]
internal sealed class LogMemory(TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    /// <summary>Lines that are kept, and that wait for somebody who follows and does not read.</summary>
    public const int Lines = 2_000;

    private readonly LineFormatter _formatter = new(time);
    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new(Lines);
    private readonly HashSet<Channel<LogLine>> _followers = [];
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new MemoryLogger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>The newest lines, oldest first.</summary>
    public IReadOnlyList<LogLine> Last(int count, Func<LogLine, bool> isWanted)
    {
        lock (_lock)
            return [.. _lines.Where(isWanted).TakeLast(count)];
    }

    /// <summary>What is logged from now on, until cancelled.</summary>
    public async IAsyncEnumerable<LogLine> FollowAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(Lines) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
            _followers.Add(channel);
        try
        {
            await foreach (var line in channel.Reader.ReadAllAsync(cancellationToken))
                yield return line;
        }
        finally
        {
            lock (_lock)
                _followers.Remove(channel);
        }
    }

    public void Dispose() { }

    private void Add(LogLine line)
    {
        lock (_lock)
        {
            if (_lines.Count == Lines)
                _lines.Dequeue();
            _lines.Enqueue(line);
            foreach (var follower in _followers)
                follower.Writer.TryWrite(line);
        }
    }

    private sealed class MemoryLogger(LogMemory memory, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = new StringWriter(CultureInfo.InvariantCulture);
            memory._formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), memory._scopes, text);
            memory.Add(new LogLine(logLevel, text.ToString().TrimEnd()));
        }
    }
}

/// <param name="Text">As standard error has it, with the lines of an exception.</param>
internal sealed record LogLine(LogLevel Level, string Text);
