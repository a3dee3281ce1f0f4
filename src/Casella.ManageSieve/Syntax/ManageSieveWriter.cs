using System.IO.Pipelines;
using System.Text;

namespace Casella.ManageSieve.Syntax;

/// <summary>Writes responses (RFC 5804 §1.2, §4). Nothing is sent before the session flushes.</summary>
internal sealed class ManageSieveWriter(PipeWriter output)
{
    private const int MaxQuoted = 1024;

    public void Ok(string text, string? code = null) => Response("OK", code, text);

    public void No(string text, string? code = null) => Response("NO", code, text);

    public void Bye(string text, string? code = null) => Response("BYE", code, text);

    /// <summary>A line of strings, with a word behind them or without: capabilities, scripts.</summary>
    public void Strings(IReadOnlyList<string> strings, string? word = null)
    {
        Raw(string.Join(' ', strings.Select(String)));
        Raw(word is null ? "\r\n" : $" {word}\r\n");
    }

    /// <summary>literal-s2c = "{" number "}" CRLF *OCTET, on lines of its own.</summary>
    public void Literal(string text) => Raw($"{{{Encoding.UTF8.GetByteCount(text)}}}\r\n{text}\r\n");

    /// <summary>A string as it may stand anywhere: quoted where that is enough.</summary>
    public static string String(string text)
    {
        var octets = Encoding.UTF8.GetByteCount(text);
        if (octets > MaxQuoted || text.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            return $"{{{octets}}}\r\n{text}";
        return $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private void Response(string word, string? code, string text) => Raw(code is null ? $"{word} {String(text)}\r\n" : $"{word} ({code}) {String(text)}\r\n");

    private void Raw(string text) => Encoding.UTF8.GetBytes(text, output);
}
