using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Bench.Wire;

/// <summary>
/// The world outside, which takes everything at once and without TLS: an SMTP server that remembers the Message-IDs it
/// was given and throws the rest away.
/// </summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _ids = new();
    private readonly Task _accepting;
    private int _connections;

    public SmtpSink(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>Of each message, in the order of their coming.</summary>
    public IReadOnlyCollection<string> MessageIds => _ids;

    public int Connections => _connections;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var talking = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                _connections++;
                talking.Add(TalkAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(talking);
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, bufferSize: 32 * 1024);
        try
        {
            await SayAsync(stream, "220 sink.example.net ESMTP\r\n");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                await SayAsync(stream, verb switch
                {
                    "EHLO" => "250-sink.example.net\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n250 8BITMIME\r\n",
                    "DATA" => "354 go on\r\n",
                    "QUIT" => "221 bye\r\n",
                    _ => "250 ok\r\n",
                });
                if (verb is "QUIT")
                    return;
                if (verb is "DATA" && !await TakeAsync(reader, stream))
                    return;
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // A sender that leaves; what it did not finish is not counted.
            return;
        }
    }

    private async Task<bool> TakeAsync(StreamReader reader, NetworkStream stream)
    {
        string? id = null;
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line is ".")
            {
                await SayAsync(stream, "250 taken\r\n");
                _ids.Enqueue(id ?? "");
                return true;
            }

            if (id is null && line.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))
                id = line[11..].Trim();
        }

        return false;
    }

    private async ValueTask SayAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
