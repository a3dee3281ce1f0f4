using System.Text;

namespace Casella.Bench.Wire;

/// <summary>
/// An SMTP or LMTP client that sends one message after another as a relaying server does: the envelope in one write
/// (RFC 2920), then the content. Answers are checked code by code.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly WireConnection _wire;
    private readonly bool _lmtp;
    private bool _pipelining;
    private bool _authenticates;

    private SmtpConnection(WireConnection wire, bool lmtp)
    {
        _wire = wire;
        _lmtp = lmtp;
    }

    public static async Task<SmtpConnection> OpenAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        var wire = await WireConnection.OpenAsync(endpoint, cancellationToken);
        var connection = new SmtpConnection(wire, endpoint.Lmtp);
        try
        {
            await connection.ExpectAsync("(connected)", 220, cancellationToken);
            var hello = endpoint.Lmtp ? "LHLO bench.example.org" : "EHLO bench.example.org";
            await connection.SendAsync(hello, cancellationToken);
            await connection.ExpectAsync(hello, 250, cancellationToken, connection.Note);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same for a submission server: AUTH PLAIN (RFC 4954) where it wants to know who we are.</summary>
    public static async Task<SmtpConnection> SignInAsync(Endpoint endpoint, string user, string password, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(endpoint, cancellationToken);
        try
        {
            if (connection._authenticates)
            {
                await connection.SendAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"))}", cancellationToken);
                await connection.ExpectAsync("AUTH", 235, cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// One transaction. <paramref name="content"/> ends with CRLF and has no line that starts with a dot. Returns after
    /// the server took responsibility for every recipient.
    /// </summary>
    public async Task DeliverAsync(
        string sender, IReadOnlyList<string> recipients, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var commands = Envelope(sender, recipients);
        if (_pipelining)
            await SendAsync(string.Join("\r\n", commands), cancellationToken);
        foreach (var command in commands)
        {
            if (!_pipelining)
                await SendAsync(command, cancellationToken);
            var data = string.Equals(command, "DATA", StringComparison.Ordinal);
            await ExpectAsync(command, data ? 354 : 250, cancellationToken);
        }

        var ended = new byte[content.Length + 3];
        content.Span.CopyTo(ended);
        ".\r\n"u8.CopyTo(ended.AsSpan(content.Length));
        await _wire.WriteAsync(ended, cancellationToken);

        // RFC 2033 §4.2: LMTP answers once for each accepted recipient.
        var answers = _lmtp ? recipients.Count : 1;
        for (var i = 0; i < answers; i++)
            await ExpectAsync("(content)", 250, cancellationToken);
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private static List<string> Envelope(string sender, IReadOnlyList<string> recipients)
    {
        var commands = new List<string>(recipients.Count + 2) { $"MAIL FROM:<{sender}>" };
        commands.AddRange(recipients.Select(recipient => $"RCPT TO:<{recipient}>"));
        commands.Add("DATA");
        return commands;
    }

    private ValueTask SendAsync(string command, CancellationToken cancellationToken) =>
        _wire.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);

    private void Note(string extension)
    {
        _pipelining |= extension.Equals("PIPELINING", StringComparison.OrdinalIgnoreCase);
        _authenticates |= extension.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads one reply, and tells each of its lines without the code.</summary>
    private async ValueTask ExpectAsync(string sent, int code, CancellationToken cancellationToken, Action<string>? told = null)
    {
        while (true)
        {
            while (_wire.TryReadLine(out var line))
            {
                if (line.Length < 3 || (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') != code)
                    throw new UnexpectedAnswerException(sent, line);
                if (told is not null && line.Length > 4)
                    told(Encoding.ASCII.GetString(line[4..]));
                if (line.Length == 3 || line[3] != '-')
                    return;
            }

            await _wire.FillAsync(cancellationToken);
        }
    }
}
