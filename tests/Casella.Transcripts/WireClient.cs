using System.IO.Compression;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Casella.Transcripts;

/// <summary>
/// The simplest client there is: sends what a test says, octet for octet, and reads lines. Every wait ends after some
/// seconds.
/// </summary>
public sealed class WireClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp;
    private Stream _stream;
    private DeflateStream? _inflate;
    private DeflateStream? _deflate;

    private WireClient(TcpClient tcp) => (_tcp, _stream) = (tcp, tcp.GetStream());

    /// <summary>Connects to a port of this machine; the greeting is not read.</summary>
    public static async Task<WireClient> ConnectAsync(int port, bool tls)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        var client = new WireClient(tcp);
        if (tls)
            await client.StartTlsAsync();
        return client;
    }

    /// <summary>The handshake; the certificate is the server's own.</summary>
    public async Task StartTlsAsync()
    {
#pragma warning disable CA5359 // a test server on loopback
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost").WaitAsync(Patience);
        _stream = tls;
        ServerCertificate = tls.RemoteCertificate!.GetRawCertData();
    }

    /// <summary>What the server has shown, in DER; nothing before TLS.</summary>
    public byte[] ServerCertificate { get; private set; } = [];

    /// <summary>Compression both ways from here on (RFC 4978).</summary>
    public void StartCompression()
    {
        _inflate = new DeflateStream(_stream, CompressionMode.Decompress, leaveOpen: true);
        _deflate = new DeflateStream(_stream, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <summary>Sends octets as they are (Latin-1), nothing added.</summary>
    public async Task SendRawAsync(string text)
    {
        var output = _deflate ?? _stream;
        await output.WriteAsync(Encoding.Latin1.GetBytes(text));
        await output.FlushAsync();
    }

    /// <summary>Sends a line.</summary>
    public Task SendAsync(string line) => SendRawAsync(line + "\r\n");

    /// <summary>The next line without its end; "" at the end of the connection.</summary>
    public async Task<string> LineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var line = new List<byte>();
        var octet = new byte[1];
        try
        {
            while (await (_inflate ?? _stream).ReadAsync(octet, patience.Token) == 1)
            {
                if (octet[0] == '\n')
                    return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
                line.Add(octet[0]);
            }
        }
        catch (IOException)
        {
            // The server has closed with our octets unread: the end, too.
            return Encoding.Latin1.GetString([.. line]);
        }
        return Encoding.Latin1.GetString([.. line]);
    }

    /// <summary>True when the server has closed.</summary>
    public async Task<bool> IsClosedAsync() => (await LineAsync()).Length == 0;

    public ValueTask DisposeAsync()
    {
        // The deflating side would write its end into a connection that may be gone already; it holds nothing but
        // memory.
        _inflate?.Dispose();
        _stream.Dispose();
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }
}
