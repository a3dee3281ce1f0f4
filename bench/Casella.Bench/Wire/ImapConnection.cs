using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Casella.Bench.Wire;

/// <summary>
/// An IMAP client that sends prepared commands and scans the answers. It knows just enough grammar (tags, literals)
/// not to be fooled by a message that contains a line like a response.
/// </summary>
internal sealed class ImapConnection : IAsyncDisposable
{
    private readonly WireConnection _wire;
    private int _tagNumber;
    private string _tag = "";
    private byte[] _taggedStart = [];

    private ImapConnection(WireConnection wire) => _wire = wire;

    /// <summary>True when the server takes non-synchronizing literals, so that APPEND is one round trip.</summary>
    public bool LiteralPlus { get; private set; }

    /// <summary>Connects, reads the greeting and signs in.</summary>
    public static async Task<ImapConnection> SignInAsync(
        Endpoint endpoint, string user, string password, CancellationToken cancellationToken)
    {
        var connection = new ImapConnection(await WireConnection.OpenAsync(endpoint, cancellationToken));
        try
        {
            await connection.GreetAsync(cancellationToken);
            await connection.RunAsync($"LOGIN \"{user}\" \"{password}\"", Responses.Ignored, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the server what it can do; needed once, before the first <see cref="AppendAsync"/>.</summary>
    public async Task AskCapabilitiesAsync(CancellationToken cancellationToken) =>
        LiteralPlus = await HasCapabilityAsync("LITERAL+", cancellationToken);

    public async Task<bool> HasCapabilityAsync(string name, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await RunAsync("CAPABILITY", lines, cancellationToken);
        return lines.All.Any(line => line.Split(' ').Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Sends one command and reads until its tagged OK.</summary>
    /// <exception cref="UnexpectedAnswerException">The answer was NO, BAD or BYE.</exception>
    public async ValueTask RunAsync(string command, Responses responses, CancellationToken cancellationToken)
    {
        await SendAsync(command, cancellationToken);
        await ReadUntilTaggedAsync(command, responses, cancellationToken);
    }

    /// <summary>Appends one message; returns after the tagged OK.</summary>
    public async ValueTask AppendAsync(
        string mailbox, string flags, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (!LiteralPlus)
        {
            await SendAsync($"APPEND \"{mailbox}\" ({flags}) {{{message.Length}}}", cancellationToken);
            await ReadContinuationAsync("APPEND", cancellationToken);
            await _wire.WriteAsync(message, cancellationToken);
            await _wire.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
        }
        else
        {
            await _wire.WriteAsync(AppendCommand(mailbox, flags, message.Span), cancellationToken);
        }

        await ReadUntilTaggedAsync("APPEND", Responses.Ignored, cancellationToken);
    }

    /// <summary>Appends messages without waiting for each one's OK, which are then all read.</summary>
    public async ValueTask AppendAllAsync(
        string mailbox, IReadOnlyList<(string Flags, byte[] Message)> messages, CancellationToken cancellationToken)
    {
        if (!LiteralPlus)
        {
            foreach (var (flags, message) in messages)
                await AppendAsync(mailbox, flags, message, cancellationToken);
            return;
        }

        var firstTag = _tagNumber + 1;
        foreach (var (flags, message) in messages)
            await _wire.WriteAsync(AppendCommand(mailbox, flags, message), cancellationToken);
        for (var i = 0; i < messages.Count; i++)
        {
            UseTag(firstTag + i);
            await ReadUntilTaggedAsync("APPEND", Responses.Ignored, cancellationToken);
        }
    }

    /// <summary>Sends IDLE and waits for the server's "+".</summary>
    public async ValueTask BeginIdleAsync(CancellationToken cancellationToken)
    {
        await SendAsync("IDLE", cancellationToken);
        await ReadContinuationAsync("IDLE", cancellationToken);
    }

    /// <summary>While idling: waits until a line that ends with <paramref name="ending"/> has come.</summary>
    public async ValueTask WaitForLineAsync(ReadOnlyMemory<byte> ending, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_wire.TryReadLine(out var line))
            {
                if (line.EndsWith(ending.Span))
                    return;
            }

            await _wire.FillAsync(cancellationToken);
        }
    }

    /// <summary>Ends IDLE and reads its tagged OK.</summary>
    public async ValueTask EndIdleAsync(CancellationToken cancellationToken)
    {
        await _wire.WriteAsync("DONE\r\n"u8.ToArray(), cancellationToken);
        await ReadUntilTaggedAsync("DONE", Responses.Ignored, cancellationToken);
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_wire.TryReadLine(out var line))
            {
                if (!line.StartsWith("* OK"u8))
                    throw new UnexpectedAnswerException("(connected)", line);
                return;
            }

            await _wire.FillAsync(cancellationToken);
        }
    }

    private ValueTask SendAsync(string command, CancellationToken cancellationToken)
    {
        UseTag(_tagNumber + 1);
        return _wire.WriteAsync(Encoding.UTF8.GetBytes($"{_tag} {command}\r\n"), cancellationToken);
    }

    private byte[] AppendCommand(string mailbox, string flags, ReadOnlySpan<byte> message)
    {
        UseTag(_tagNumber + 1);
        var start = Encoding.UTF8.GetBytes($"{_tag} APPEND \"{mailbox}\" ({flags}) {{{message.Length}+}}\r\n");
        return [.. start, .. message, .. "\r\n"u8];
    }

    private void UseTag(int number)
    {
        _tagNumber = number;
        _tag = "a" + number.ToString(CultureInfo.InvariantCulture);
        _taggedStart = Encoding.ASCII.GetBytes(_tag + " ");
    }

    private async ValueTask ReadContinuationAsync(string command, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_wire.TryReadLine(out var line))
            {
                if (line is [(byte)'+', ..])
                    return;
                if (line is not [(byte)'*', ..] || line.StartsWith("* BYE"u8))
                    throw new UnexpectedAnswerException(command, line);
            }

            await _wire.FillAsync(cancellationToken);
        }
    }

    private async ValueTask ReadUntilTaggedAsync(
        string command, Responses responses, CancellationToken cancellationToken)
    {
        long literalLeft = 0;
        var inResponse = false;
        while (true)
        {
            if (literalLeft > 0)
            {
                var piece = _wire.Take(literalLeft);
                responses.Literal(piece);
                literalLeft -= piece.Length;
            }

            if (literalLeft > 0 || !_wire.TryReadLine(out var line))
            {
                await _wire.FillAsync(cancellationToken);
                continue;
            }

            if (!inResponse && IsTaggedOk(command, line))
                return;
            var size = LiteralSize(line);
            if (inResponse)
                responses.Continue(line);
            else
                responses.Begin(line);
            inResponse = size >= 0;
            literalLeft = Math.Max(size, 0);
        }
    }

    private bool IsTaggedOk(string command, ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(_taggedStart))
        {
            return line[_taggedStart.Length..].StartsWith("OK"u8)
                ? true
                : throw new UnexpectedAnswerException(command, line);
        }

        // RFC 9051 §7.1.5: after an untagged BYE nothing else will come, except in answer to LOGOUT.
        if (line.StartsWith("* BYE"u8) && !string.Equals(command, "LOGOUT", StringComparison.Ordinal))
            throw new UnexpectedAnswerException(command, line);
        return false;
    }

    /// <summary>The n of a line that ends with <c>{n}</c>; -1 for any other line.</summary>
    private static long LiteralSize(ReadOnlySpan<byte> line)
    {
        if (line is not [.., (byte)'}'])
            return -1;
        var digits = line[(line.LastIndexOf((byte)'{') + 1)..^1];
        return Utf8Parser.TryParse(digits, out long size, out var used) && used == digits.Length ? size : -1;
    }
}
