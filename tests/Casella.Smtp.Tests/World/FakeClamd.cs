using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Smtp.Tests.World;

/// <summary>Speaks clamd's INSTREAM: finds its own test signature, and does what else the test wants.</summary>
internal sealed class FakeClamd : IAsyncDisposable
{
    /// <summary>Stands for a virus; no scanner knows it.</summary>
    public const string Signature = "CASELLA-TEST-SIGNATURE-OF-NO-VIRUS";

    private readonly Socket _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    /// <param name="path">Of a unix socket; null for TCP.</param>
    public FakeClamd(string? path = null)
    {
        _listener = path is null
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(path is null ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        Place = path ?? _listener.LocalEndPoint!.ToString()!;
        _serving = ServeAsync();
    }

    public string Place { get; }
    public TimeSpan Delay { get; set; }

    /// <summary>What it says whatever it gets; null for the truth; empty to hang up.</summary>
    public string? Answer { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
            try
            {
                using var client = await _listener.AcceptAsync(_end.Token);
                await using var stream = new NetworkStream(client);
                var content = await ReadAsync(stream);
                await Task.Delay(Delay, _end.Token);
                var answer = Answer ?? (content.Contains(Signature, StringComparison.Ordinal) ? "stream: Casella.Test FOUND\0" : "stream: OK\0");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _end.Token);
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                continue;
            }
    }

    private async Task<string> ReadAsync(NetworkStream stream)
    {
        var command = new byte[10];
        await stream.ReadExactlyAsync(command, _end.Token);
        if (Encoding.ASCII.GetString(command) is not "zINSTREAM\0")
            throw new IOException("no INSTREAM");
        var content = new StringBuilder();
        var prefix = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(prefix, _end.Token);
            var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
            if (length == 0)
                return content.ToString();
            var piece = new byte[length];
            await stream.ReadExactlyAsync(piece, _end.Token);
            content.Append(Encoding.Latin1.GetString(piece));
        }
    }
}
