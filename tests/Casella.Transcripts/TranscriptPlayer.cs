using System.Globalization;
using System.Text;
namespace Casella.Transcripts;

/// <summary>
/// Plays a conversation written as text against a server. "C: " is sent as a line, "S: " must be the next line that
/// comes; "C2: " and "S2: " are a second client of the same mailbox, and so on. In an "S:" line &lt;any&gt; stands for
/// anything and &lt;name&gt; for what it stood for before (anything the first time); "S: …" passes over lines up to the
/// one that follows. "TLS" begins TLS (after STARTTLS), "DEFLATE" compression, "END" says that the server has closed.
/// "#" is a comment.
/// </summary>
public sealed class TranscriptPlayer(string name, Func<int, Task<WireClient>> connect)
{
    private readonly Dictionary<int, WireClient> _clients = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly StringBuilder _seen = new();
    private bool _passesOver;

    public async Task PlayAsync(string text)
    {
        try
        {
            var number = 0;
            foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
                await PlayLineAsync(line, ++number);
        }
        finally
        {
            foreach (var client in _clients.Values)
                await client.DisposeAsync();
        }
    }

    private async Task PlayLineAsync(string line, int number)
    {
        if (line.Length == 0 || line[0] == '#')
            return;
        if (line is "TLS" or "DEFLATE" or "END")
        {
            await DoAsync(line, number);
            return;
        }
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 1 && !line.EndsWith(':'))
            throw new FormatException($"{name}:{number}: neither C: nor S: nor #");
        var (who, text) = colon < 1 ? (line[..^1], "") : (line[..colon], line[(colon + 2)..]);
        var client = await ClientAsync(who.Length == 1 ? 1 : int.Parse(who[1..], CultureInfo.InvariantCulture));
        if (who[0] == 'C')
            await client.SendAsync(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Replaced(text))));
        else if (string.Equals(text, "…", StringComparison.Ordinal))
            _passesOver = true;
        else
            await ExpectAsync(client, text, number);
    }

    private async Task DoAsync(string line, int number)
    {
        var client = await ClientAsync(1);
        if (line is "TLS")
            await client.StartTlsAsync();
        else if (line is "DEFLATE")
            client.StartCompression();
        else if (!await client.IsClosedAsync())
            throw new TranscriptException($"{name}:{number}: the connection is still open\n\nso far:\n{_seen}");
    }

    private async Task<WireClient> ClientAsync(int number)
    {
        if (!_clients.TryGetValue(number, out var client))
            _clients[number] = client = await connect(number);
        return client;
    }

    private async Task ExpectAsync(WireClient client, string expected, int number)
    {
        while (true)
        {
            var line = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(await LineAsync(client, expected, number)));
            _seen.AppendLine(line);
            if (Matches(expected, line))
                break;
            if (!_passesOver || line.Length == 0)
                throw new TranscriptException($"{name}:{number}\nexpected: {expected}\ncame:     {line}\n\nso far:\n{_seen}");
        }
        _passesOver = false;
    }

    private async Task<string> LineAsync(WireClient client, string expected, int number)
    {
        try
        {
            return await client.LineAsync();
        }
        catch (OperationCanceledException late)
        {
            throw new TranscriptException($"{name}:{number}\nexpected: {expected}\nnothing came: {late.Message}\n\nso far:\n{_seen}");
        }
    }

    private string Replaced(string text)
    {
        foreach (var (key, value) in _names)
            text = text.Replace($"<{key}>", value, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Piece by piece: text between names must be there as it is; a name takes as little as it can.</summary>
    private bool Matches(string expected, string line)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        expected = Replaced(expected);
        var at = 0;
        string? open = null;
        foreach (var (literal, variable) in Pieces(expected))
        {
            var start = open is null ? at : line.IndexOf(literal, at, StringComparison.Ordinal);
            if (open is not null && literal.Length == 0 && variable is null)
                start = line.Length;
            if (start < 0 || start + literal.Length > line.Length || !line.AsSpan(start).StartsWith(literal, StringComparison.Ordinal))
                return false;
            if (open is not null)
                found[open] = line[at..start];
            at = start + literal.Length;
            open = variable;
        }
        if (at != line.Length)
            return false;
        foreach (var (key, value) in found)
            if (!string.Equals(key, "any", StringComparison.Ordinal))
                _names[key] = value;
        return true;
    }

    /// <summary>
    /// "a&lt;x&gt;b" as ("a", "x"), ("b", null). A name is lower-case letters: "&lt;0.5&gt;" is text.
    /// </summary>
    private static IEnumerable<(string Literal, string? Variable)> Pieces(string text)
    {
        var from = 0;
        for (var at = text.IndexOf('<', StringComparison.Ordinal); at >= 0; at = text.IndexOf('<', at + 1))
        {
            var end = text.IndexOf('>', at);
            if (end < at + 2 || !text[(at + 1)..end].All(char.IsAsciiLetterLower))
                continue;
            yield return (text[from..at], text[(at + 1)..end]);
            from = end + 1;
        }
        yield return (text[from..], null);
    }
}

/// <summary>The server said something else than the transcript.</summary>
public sealed class TranscriptException(string message) : Exception(message);
