using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Casella.Formats.Reports.Aggregates;

namespace Casella.Smtp.Outbound;

/// <summary>
/// A connection to another server: lines out, replies in, TLS beneath, every wait with its end. Used by
/// <see cref="RemoteServer"/>.
/// </summary>
internal sealed class RemoteConnection : IAsyncDisposable
{
    /// <summary>What one reply may have: a server that talks for ever is none.</summary>
    private const int MaxLine = 2_000;
    private const int MaxLines = 100;

    private readonly TcpClient _client;
    private readonly Stream _plain;
    private SslStream? _tls;

    private RemoteConnection(TcpClient client)
    {
        _client = client;
        _plain = client.GetStream();
        (Input, Output) = (PipeReader.Create(_plain, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(_plain, new StreamPipeWriterOptions(leaveOpen: true)));
    }

    public PipeReader Input { get; private set; }
    public PipeWriter Output { get; private set; }
    public bool IsSecure => _tls is not null;

    /// <exception cref="RemoteFailureException">Nobody is there.</exception>
    public static async Task<RemoteConnection> OpenAsync(IPEndPoint server, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var client = new TcpClient(server.AddressFamily) { NoDelay = true };
        try
        {
            await LimitedAsync(async token => { await client.ConnectAsync(server, token); return true; }, atMost, cancellationToken);
            return new RemoteConnection(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public void Write(string line)
    {
        Encoding.UTF8.GetBytes(line, Output);
        Output.Write("\r\n"u8);
    }

    /// <exception cref="RemoteFailureException"/>
    public Task FlushAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        LimitedAsync(async token => { await Output.FlushAsync(token); return true; }, atMost, cancellationToken);

    /// <summary>The next reply.</summary>
    /// <exception cref="RemoteFailureException">The server closed, was silent, or said something that is no
    /// reply.</exception>
    public Task<RemoteReply> ReplyAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        LimitedAsync(ReadReplyAsync, atMost, cancellationToken);

    /// <exception cref="RemoteFailureException">The handshake failed.</exception>
    public async Task StartTlsAsync(SslClientAuthenticationOptions options, TimeSpan atMost, CancellationToken cancellationToken)
    {
        // RFC 3207 §6: what was sent behind the go-ahead in clear text must not be taken for an answer under TLS.
        if (Input.TryRead(out var early))
        {
            var isEmpty = early.Buffer.IsEmpty;
            Input.AdvanceTo(early.Buffer.Start);
            if (!isEmpty)
                throw new RemoteFailureException("4.7.5", "The server sent something before TLS began") { TlsResult = TlsResultTypes.Failed };
        }

        _tls = new SslStream(_plain, leaveInnerStreamOpen: true);
        await LimitedAsync(async token => { await _tls.AuthenticateAsClientAsync(options, token); return true; }, atMost, cancellationToken);
        (Input, Output) = (PipeReader.Create(_tls, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(_tls, new StreamPipeWriterOptions(leaveOpen: true)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
            await _tls.DisposeAsync();
        _client.Dispose();
    }

    private async Task<RemoteReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !line.AsSpan(0, 3).ContainsOnlyDigits() || line[0] is < '2' or > '5' || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new RemoteFailureException("4.5.0", "The server's answer is not SMTP");
            lines.Add(line);
            if (line.Length == 3 || line[3] == ' ')
                return RemoteReply.Of(lines);
        }

        throw new RemoteFailureException("4.5.0", "The server's answer has no end");
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await Input.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(result.Buffer.Slice(0, end)).TrimEnd('\r');
                Input.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line.Length <= MaxLine ? line : line[..MaxLine];
            }

            if (result.IsCompleted)
                throw new RemoteFailureException("4.4.2", "The server closed the connection");
            if (result.Buffer.Length > MaxLine)
                throw new RemoteFailureException("4.5.0", "The server's answer has no end");
            Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Every wait for another server ends; what the network does becomes one kind of failure.</summary>
    private static async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> wait, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        try
        {
            return await wait(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemoteFailureException("4.4.1", "The server did not answer in time");
        }
        catch (AuthenticationException failed)
        {
            throw new RemoteFailureException("4.7.5", $"TLS failed: {failed.Message}", failed) { TlsResult = TlsResultTypes.Failed };
        }
        catch (Exception failed) when (failed is IOException or SocketException or InvalidOperationException)
        {
            throw new RemoteFailureException("4.4.1", failed.Message, failed);
        }
    }
}

internal static class DigitSpans
{
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
