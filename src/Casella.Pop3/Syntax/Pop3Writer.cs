using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Casella.Pop3.Syntax;

/// <summary>
/// Writes replies (RFC 1939 §3): +OK and -ERR lines, the lines of short listings, the final dot. Nothing is sent before
/// the session flushes.
/// </summary>
internal sealed class Pop3Writer(PipeWriter output)
{
    public PipeWriter Output => output;

    public void Ok(string text) => Line($"+OK {text}");

    /// <param name="code">Extended response code (RFC 2449 §8) without brackets, or null.</param>
    public void Err(string? code, string text) => Line(code is null ? $"-ERR {text}" : $"-ERR [{code}] {text}");

    /// <summary>One line of text; its first dot is stuffed (RFC 1939 §3).</summary>
    public void Listing(string text) => Line(text.StartsWith('.') ? "." + text : text);

    /// <summary>"number value" without building a string: LIST and UIDL of a large maildrop.</summary>
    public void Listing(int number, long value)
    {
        var span = output.GetSpan(40);
        number.TryFormat(span, out var used, provider: CultureInfo.InvariantCulture);
        span[used++] = (byte)' ';
        value.TryFormat(span[used..], out var more, provider: CultureInfo.InvariantCulture);
        used += more;
        "\r\n"u8.CopyTo(span[used..]);
        output.Advance(used + 2);
    }

    public void EndListing() => output.Write(".\r\n"u8);

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, output);
        output.Write("\r\n"u8);
    }
}
