using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Faults;

/// <summary>The next server on the way: takes every message, slowly, and keeps when it has said so.</summary>
internal sealed class Sink : IDisposable
{
    private static readonly TimeSpan Slowly = TimeSpan.FromMilliseconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<(string Id, DateTimeOffset At)> _taken = [];

    public Sink()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>X-Id of each message that was taken, in order.</summary>
    public IReadOnlyList<(string Id, DateTimeOffset At)> Taken
    {
        get
        {
            lock (_lock)
                return [.. _taken];
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var own = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await SayAsync(stream, "220 sink");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                if (!line.StartsWith("DATA", StringComparison.Ordinal))
                {
                    await SayAsync(stream, line.StartsWith("QUIT", StringComparison.Ordinal) ? "221 bye" : "250 sink");
                    continue;
                }

                await SayAsync(stream, "354 go");
                var id = "";
                while (await reader.ReadLineAsync(_stop.Token) is { } text && text is not ".")
                    if (text.StartsWith("X-Id: ", StringComparison.Ordinal))
                        id = text["X-Id: ".Length..];
                await Task.Delay(Slowly, _stop.Token);
                // Before it is said: who hears of it half has heard of it.
                lock (_lock)
                    _taken.Add((id, TimeProvider.System.GetUtcNow()));
                await SayAsync(stream, "250 taken");
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server was killed.
            return;
        }
    }

    private async Task SayAsync(Stream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop.Token);
}
