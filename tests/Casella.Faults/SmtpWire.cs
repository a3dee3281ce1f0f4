using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Casella.Faults;

/// <summary>The sending side of SMTP, as plain as <see cref="ImapWire"/>.</summary>
internal sealed class SmtpWire : IDisposable
{
    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly StreamReader _reader;

    private SmtpWire(TcpClient client, Stream stream) => (_client, _stream, _reader) = (client, stream, new StreamReader(stream, Encoding.ASCII));

    public static async Task<SmtpWire> ConnectAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server, cancellationToken);
        return await GreetAsync(new SmtpWire(client, client.GetStream()), cancellationToken);
    }

    /// <summary>To the port of those who sign in.</summary>
    public static async Task<SmtpWire> SubmitAsync(IPEndPoint server, string user, string password, CancellationToken cancellationToken)
    {
        var (client, stream) = await Tls.ConnectAsync(server, cancellationToken);
        var wire = await GreetAsync(new SmtpWire(client, stream), cancellationToken);
        await wire.CommandAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{password}"))}", '2', cancellationToken);
        return wire;
    }

    public Task SendAsync(string from, string to, byte[] message, CancellationToken cancellationToken) =>
        SendAsync(from, to, message, holdFor: null, cancellationToken);

    /// <summary>Returns when the server has said 250 to the message.</summary>
    /// <param name="holdFor">Seconds that it is to wait in the queue (RFC 4865); null for none.</param>
    public async Task SendAsync(string from, string to, byte[] message, int? holdFor, CancellationToken cancellationToken)
    {
        await CommandAsync($"MAIL FROM:<{from}>{(holdFor is { } seconds ? $" HOLDFOR={seconds}" : "")}", '2', cancellationToken);
        await CommandAsync($"RCPT TO:<{to}>", '2', cancellationToken);
        await CommandAsync("DATA", '3', cancellationToken);
        await _stream.WriteAsync((byte[])[.. message, .. ".\r\n"u8], cancellationToken);
        await ExpectAsync('2', cancellationToken);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }

    private static async Task<SmtpWire> GreetAsync(SmtpWire wire, CancellationToken cancellationToken)
    {
        await wire.ExpectAsync('2', cancellationToken);
        await wire.CommandAsync("EHLO client.example.org", '2', cancellationToken);
        return wire;
    }

    private async Task CommandAsync(string line, char expected, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);
        await ExpectAsync(expected, cancellationToken);
    }

    private async Task ExpectAsync(char expected, CancellationToken cancellationToken)
    {
        string line;
        do
            line = await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("The server has gone.");
        while (line.Length > 3 && line[3] == '-');
        if (line[0] != expected)
            throw new InvalidOperationException(line);
    }
}
