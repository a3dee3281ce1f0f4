using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Casella.Net.Connections;
using Casella.Transcripts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Casella.Fuzz.Running;

/// <summary>
/// Says mutants of whole conversations to a server on loopback, each on a connection of its own, and closes behind them.
/// The server must close too, within seconds, and must not have met with anything that it logs as an error: an internal
/// one, or a session that has died of an exception.
/// </summary>
/// <param name="target">Name of the corpus.</param>
/// <param name="tls">TLS from the first byte.</param>
/// <param name="introduction">Said first, line for line, waiting for an answer to each: signing in, selecting.</param>
#pragma warning disable CA1001 // its log is the server's, which disposes of it
internal sealed class SessionRun(string target, bool tls, params string[] introduction)
#pragma warning restore CA1001
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private const long MostGrowth = 128L * 1024 * 1024;

    private readonly ErrorLog _errors = new();

    /// <param name="addRoom">Registers the protocol.</param>
    /// <param name="protocol">The one of it that is spoken to.</param>
    public async Task RunAsync(Action<IServiceCollection> addRoom, Func<IServiceProvider, IMailProtocol> protocol)
    {
        await using var server = await TestServer.StartAsync(
            services =>
            {
                services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddProvider(_errors));
                addRoom(services);
            },
            services => [(tls ? TlsMode.Implicit : TlsMode.StartTls, protocol(services))]);
        var corpus = Corpus.Load(target);
        foreach (var message in Corpus.Load("messages"))
            await server.AppendAsync(TestServer.Address, "INBOX", Encoding.UTF8.GetString(message));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: seed {FuzzOptions.Seed}"));
        foreach (var input in corpus)
            await TryAsync(server.Ports[0], input);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var mutator = new Mutator(corpus, FuzzOptions.Seed);
        var count = 0;
        var last = corpus[0];
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < FuzzOptions.Time; count++)
            await TryAsync(server.Ports[0], last = mutator.Next());
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: {count} inputs, memory {growth / 1024:+0;-0;0} KiB"));
        if (growth > MostGrowth)
            throw Finding.Of(target, last, $"memory has grown by {growth} octets in {count} inputs");
    }

    private async Task TryAsync(int port, byte[] input)
    {
        try
        {
            await SayAsync(port, input).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw Finding.Of(target, input, "the server does not close");
        }
        if (_errors.Take() is { } error)
            throw Finding.Of(target, input, error);
    }

    private async Task SayAsync(int port, byte[] input)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        Stream stream = tcp.GetStream();
        if (tls)
        {
#pragma warning disable CA5359 // a test server on loopback
            stream = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
            await ((SslStream)stream).AuthenticateAsClientAsync("localhost");
        }

        await using var _ = stream;
        try
        {
            await IntroduceAsync(stream);
            // Beside the reading: neither end may wait for the other.
            var reading = ReadToEndAsync(stream);
            await stream.WriteAsync(input);
            // Without close_notify: OpenSSL reads for it, too, and beside the reading that damages the process's memory.
            tcp.Client.Shutdown(SocketShutdown.Send);
            await reading;
        }
        catch (IOException)
        {
            // The server has closed before it had all of it: it may, of a client that goes on talking nonsense.
        }
    }

    /// <summary>The answer to a line is whatever has come when nothing more comes; the next line needs no more.</summary>
    private async Task IntroduceAsync(Stream stream)
    {
        var answer = new byte[16 * 1024];
        var greeting = await stream.ReadAsync(answer);
        foreach (var line in introduction)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            greeting = await stream.ReadAsync(answer);
        }
        if (greeting == 0)
            throw new InvalidOperationException($"{target}: the server does not let the client in.");
    }

    private static async Task ReadToEndAsync(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer) > 0)
        {
        }
    }

    /// <summary>Keeps what rooms log as errors.</summary>
    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _errors = new();

        public string? Take() => _errors.TryDequeue(out var error) ? error : null;

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                _errors.Enqueue($"{formatter(state, exception)}\n{exception}");
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
