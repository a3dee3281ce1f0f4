using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Casella.Faults;

/// <summary>
/// A client that sends what it is told and believes what it reads: no retries, no cleverness, so that what it knows of
/// an answer is exactly what was on the wire.
/// </summary>
internal sealed class ImapWire : IDisposable
{
    private readonly TcpClient _client;
    private readonly SslStream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _tag;

    private ImapWire(TcpClient client, SslStream stream) => (_client, _stream) = (client, stream);

    public static async Task<ImapWire> SignInAsync(IPEndPoint server, string user, string password, CancellationToken cancellationToken)
    {
        var (client, stream) = await Tls.ConnectAsync(server, cancellationToken);
        var wire = new ImapWire(client, stream);
        try
        {
            await wire.ReadLineAsync(cancellationToken);
            await wire.SendAsync($"LOGIN {user} {password}", cancellationToken);
            return wire;
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a command, with a literal at its end if there is one; the untagged answers and the tagged one, which must
    /// be OK. Literals are within the lines as Latin-1.
    /// </summary>
    /// <exception cref="IOException">The connection broke: nobody knows what has been done.</exception>
    /// <exception cref="InvalidOperationException">NO or BAD.</exception>
    public async Task<List<string>> SendAsync(string command, CancellationToken cancellationToken, byte[]? literal = null)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"a{++_tag}");
        var line = literal is null ? $"{tag} {command}\r\n" : string.Create(CultureInfo.InvariantCulture, $"{tag} {command} {{{literal.Length}+}}\r\n");
        byte[] bytes = literal is null ? Encoding.ASCII.GetBytes(line) : [.. Encoding.ASCII.GetBytes(line), .. literal, .. "\r\n"u8];
        await _stream.WriteAsync(bytes, cancellationToken);
        var answers = new List<string>();
        while (true)
        {
            var answer = await ReadLineAsync(cancellationToken);
            answers.Add(answer);
            if (!answer.StartsWith(tag + " ", StringComparison.Ordinal))
                continue;
            return answer.StartsWith(tag + " OK", StringComparison.Ordinal)
                ? answers
                : throw new InvalidOperationException($"{command.Split(' ')[0]}: {answer}");
        }
    }

    /// <summary>X-Id and system flags (" \\Flagged \\Seen") of each message of a mailbox.</summary>
    public async Task<IReadOnlyList<(string Id, string Flags)>> IdsAsync(string mailbox, CancellationToken cancellationToken)
    {
        await SendAsync($"EXAMINE {mailbox}", cancellationToken);
        var found = new List<(string Id, string Flags)>();
        foreach (var answer in await SendAsync("UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (X-Id)])", cancellationToken))
        {
            if (!answer.StartsWith("* ", StringComparison.Ordinal) || !answer.Contains("X-Id: ", StringComparison.Ordinal))
                continue;
            var flags = answer[(answer.IndexOf("FLAGS (", StringComparison.Ordinal) + 7)..].Split(')')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Where(flag => flag.StartsWith('\\') && flag is not "\\Recent").Order(StringComparer.Ordinal);
            var id = answer[(answer.IndexOf("X-Id: ", StringComparison.Ordinal) + 6)..].Split('\r')[0];
            found.Add((id, string.Concat(flags.Select(flag => $" {flag}"))));
        }

        return found;
    }

    /// <summary>A number in a response code: "APPENDUID 17 42]".</summary>
    public static uint NumberAfter(string answer, string code, int skipWords)
    {
        var words = answer[(answer.IndexOf(code, StringComparison.Ordinal) + code.Length)..].Split(' ', ']');
        return uint.Parse(words[skipWords], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        while (true)
        {
            var line = await ReadToLineEndAsync(cancellationToken);
            text.Append(line);
            if (LiteralSize(line) is not { } size)
                return text.ToString();
            text.Append("\r\n");
            while (size > 0)
            {
                await FillAsync(cancellationToken);
                var taken = Math.Min(size, _end - _start);
                text.Append(Encoding.Latin1.GetString(_buffer, _start, taken));
                _start += taken;
                size -= taken;
            }
        }
    }

    private static int? LiteralSize(string line)
    {
        var open = line.LastIndexOf('{');
        return open >= 0 && line.EndsWith('}') && int.TryParse(line.AsSpan(open + 1, line.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : null;
    }

    private async Task<string> ReadToLineEndAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            await FillAsync(cancellationToken);
            var end = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var length = (end < 0 ? _end : end + 1) - _start;
            line.Append(Encoding.Latin1.GetString(_buffer, _start, length));
            _start += length;
            if (end >= 0)
                return line.ToString().TrimEnd('\r', '\n');
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_start < _end)
            return;
        _start = 0;
        _end = await _stream.ReadAsync(_buffer, cancellationToken);
        if (_end == 0)
            throw new IOException("The server has gone.");
    }
}
