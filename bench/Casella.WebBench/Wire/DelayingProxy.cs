using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Casella.WebBench.Wire;

/// <summary>
/// A network between browser and server: every byte arrives so much later, in both directions and on every kind of
/// connection (the browser's own emulation leaves WebSockets out). Counts what comes from the server.
/// </summary>
internal sealed class DelayingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly int _target;
    private readonly TimeSpan _delay;
    private long _received;

    public DelayingProxy(int target, TimeSpan delay)
    {
        (_target, _delay) = (target, delay);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes that have come from the server, TLS and headers with them.</summary>
    public long Received => Interlocked.Read(ref _received);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token));
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }

    private async Task ServeAsync(TcpClient browser)
    {
        using (browser)
        using (var server = new TcpClient())
        {
            try
            {
                // The handshake of TCP takes a round trip, too.
                await Task.Delay(_delay * 2, _closing.Token);
                await server.ConnectAsync(IPAddress.Loopback, _target, _closing.Token);
                (browser.NoDelay, server.NoDelay) = (true, true);
                await Task.WhenAny(CarryAsync(browser, server, isAnswer: false), CarryAsync(server, browser, isAnswer: true));
            }
            catch (Exception closed) when (closed is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // One side has gone.
            }
        }
    }

    private async Task CarryAsync(TcpClient from, TcpClient to, bool isAnswer)
    {
        var pieces = Channel.CreateUnbounded<(long Due, byte[] Bytes)>();
        var writing = WriteAsync(pieces.Reader, to.GetStream());
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _closing.Token) is > 0 and var count)
            {
                if (isAnswer)
                    Interlocked.Add(ref _received, count);
                pieces.Writer.TryWrite((Environment.TickCount64 + (long)_delay.TotalMilliseconds, buffer[..count]));
            }
        }
        finally
        {
            pieces.Writer.Complete();
        }

        await writing;
    }

    private async Task WriteAsync(ChannelReader<(long Due, byte[] Bytes)> pieces, NetworkStream to)
    {
        await foreach (var (due, bytes) in pieces.ReadAllAsync(_closing.Token))
        {
            var left = due - Environment.TickCount64;
            if (left > 0)
                await Task.Delay((int)left, _closing.Token);
            await to.WriteAsync(bytes, _closing.Token);
        }
    }
}
