using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Casella.Bench.Wire;

/// <summary>
/// A socket with one buffer, read by lines and by counted runs of bytes. The clients of the three protocols stand on
/// it. It hands out spans of its buffer and copies nothing, because the generator shares the machine with the server
/// it measures and has to be much the cheaper of the two.
/// </summary>
internal sealed class WireConnection : IAsyncDisposable
{
    private const int FirstBufferSize = 64 * 1024;

    // An untagged SEARCH of 100,000 UIDs is one line of 700 KB.
    private const int LargestLine = 8 * 1024 * 1024;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[FirstBufferSize];
    private int _start;
    private int _end;
    private int _scanned;

    private WireConnection(Stream stream) => _stream = stream;

    /// <summary>Connects and, where the endpoint says so, does a full TLS handshake (no resumption).</summary>
    public static async Task<WireConnection> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Tls)
                stream = await HandshakeAsync(stream, endpoint.Host, cancellationToken);
            return new WireConnection(stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>A whole line without its CRLF, if one is in the buffer. It is valid until the next call.</summary>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var unseen = _buffer.AsSpan(_scanned, _end - _scanned);
        var newline = unseen.IndexOf((byte)'\n');
        if (newline < 0)
        {
            _scanned = _end;
            line = default;
            return false;
        }

        var lineEnd = _scanned + newline;
        line = _buffer.AsSpan(_start, lineEnd - _start);
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        _start = _scanned = lineEnd + 1;
        return true;
    }

    /// <summary>Up to <paramref name="most"/> bytes of what is in the buffer: a piece of a literal.</summary>
    public ReadOnlySpan<byte> Take(long most)
    {
        var taken = _buffer.AsSpan(_start, (int)Math.Min(most, _end - _start));
        _start += taken.Length;
        _scanned = _start;
        return taken;
    }

    /// <summary>Waits for more bytes from the server.</summary>
    /// <exception cref="UnexpectedAnswerException">The server hung up, or sent a line without end.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (read == 0)
            throw new UnexpectedAnswerException("the server closed the connection");
        _end += read;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _scanned -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_end < _buffer.Length)
            return;
        if (_buffer.Length >= LargestLine)
            throw new UnexpectedAnswerException($"the server sent a line of more than {LargestLine} bytes");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    // The servers under test have certificates made for the occasion; who they are is not what is measured.
    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        true;

    [SuppressMessage("Security", "CA5359", Justification = "A load generator sends nothing that is worth protecting")]
    private static async Task<Stream> HandshakeAsync(Stream plain, string host, CancellationToken cancellationToken)
    {
        var tls = new SslStream(plain);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                AllowTlsResume = false,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = AcceptAny,
            },
            cancellationToken);
        return tls;
    }
}
