using System.Globalization;
using System.Text;

namespace Casella.Bench.Wire;

/// <summary>A POP3 client that waits for each answer before the next command, as nearly all of them do.</summary>
internal sealed class Pop3Connection : IAsyncDisposable
{
    private readonly WireConnection _wire;

    private Pop3Connection(WireConnection wire) => _wire = wire;

    public static async Task<Pop3Connection> SignInAsync(
        Endpoint endpoint, string user, string password, CancellationToken cancellationToken)
    {
        var connection = new Pop3Connection(await WireConnection.OpenAsync(endpoint, cancellationToken));
        try
        {
            await connection.ExpectOkAsync("(connected)", cancellationToken);
            await connection.RunAsync("USER " + user, cancellationToken);
            await connection.RunAsync("PASS " + password, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command with an answer of one line, which is returned without "+OK ".</summary>
    public async ValueTask<string> RunAsync(string command, CancellationToken cancellationToken)
    {
        await _wire.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
        return await ExpectOkAsync(command, cancellationToken);
    }

    /// <summary>Runs a command with an answer of many lines.</summary>
    /// <returns>How many lines came, and their octets with CRLF and without dot-stuffing.</returns>
    public async ValueTask<(int Lines, long Octets)> ReadManyAsync(string command, CancellationToken cancellationToken)
    {
        await RunAsync(command, cancellationToken);
        var lines = 0;
        long octets = 0;
        while (true)
        {
            while (_wire.TryReadLine(out var line))
            {
                if (line is [(byte)'.'])
                    return (lines, octets);
                // RFC 1939 §3: a leading dot is doubled on the wire.
                octets += line.Length + 2 - (line is [(byte)'.', ..] ? 1 : 0);
                lines++;
            }

            await _wire.FillAsync(cancellationToken);
        }
    }

    /// <summary>The number of messages and their octets.</summary>
    public async ValueTask<(int Messages, long Octets)> StatAsync(CancellationToken cancellationToken)
    {
        var words = (await RunAsync("STAT", cancellationToken)).Split(' ');
        return (int.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private async ValueTask<string> ExpectOkAsync(string sent, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_wire.TryReadLine(out var line))
            {
                if (!line.StartsWith("+OK"u8))
                    throw new UnexpectedAnswerException(sent, line);
                return line.Length > 4 ? Encoding.UTF8.GetString(line[4..]) : "";
            }

            await _wire.FillAsync(cancellationToken);
        }
    }
}
