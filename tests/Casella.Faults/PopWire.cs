using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Casella.Faults;

/// <summary>POP3 over TLS, as plain as <see cref="ImapWire"/>.</summary>
internal sealed class PopWire : IDisposable
{
    private readonly TcpClient _client;
    private readonly SslStream _stream;
    private readonly StreamReader _reader;

    private PopWire(TcpClient client, SslStream stream) => (_client, _stream, _reader) = (client, stream, new StreamReader(stream, Encoding.Latin1));

    public static async Task<PopWire> SignInAsync(IPEndPoint server, string user, string password, CancellationToken cancellationToken)
    {
        var (client, stream) = await Tls.ConnectAsync(server, cancellationToken);
        var wire = new PopWire(client, stream);
        await wire.ExpectAsync(cancellationToken);
        await wire.CommandAsync($"USER {user}", cancellationToken);
        await wire.CommandAsync($"PASS {password}", cancellationToken);
        return wire;
    }

    /// <summary>The first line of a positive answer.</summary>
    public async Task<string> CommandAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);
        return await ExpectAsync(cancellationToken);
    }

    /// <summary>X-Id of each message, in order.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(CancellationToken cancellationToken)
    {
        var count = int.Parse((await CommandAsync("STAT", cancellationToken)).Split(' ')[1], CultureInfo.InvariantCulture);
        var ids = new List<string>(count);
        for (var number = 1; number <= count; number++)
        {
            await CommandAsync(string.Create(CultureInfo.InvariantCulture, $"TOP {number} 0"), cancellationToken);
            for (var line = await LineAsync(cancellationToken); line is not "."; line = await LineAsync(cancellationToken))
                if (line.StartsWith("X-Id: ", StringComparison.Ordinal))
                    ids.Add(line[6..]);
        }

        return ids;
    }

    /// <summary>Returns when the server has said +OK and closed: then the maildrop is free for the next session.</summary>
    public async Task QuitAsync(CancellationToken cancellationToken)
    {
        await CommandAsync("QUIT", cancellationToken);
        await _reader.ReadToEndAsync(cancellationToken);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }

    private async Task<string> ExpectAsync(CancellationToken cancellationToken)
    {
        var line = await LineAsync(cancellationToken);
        return line.StartsWith("+OK", StringComparison.Ordinal) ? line : throw new InvalidOperationException(line);
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken) =>
        await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("The server has gone.");
}
