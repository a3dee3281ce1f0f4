using System.Buffers;
using System.IO.Pipelines;

namespace Casella.Net.Framing;

/// <summary>
/// Writes a message as the lines protocols want it (POP3 RETR, SMTP DATA): every line ends with CRLF whatever the
/// message has, a line's first dot is doubled, and <see cref="Complete"/> ends it with CRLF.CRLF (RFC 5321 §4.5.2). A
/// bare CR or LF becomes CRLF: what leaves us cannot be read in two ways (SMTP smuggling). Nothing is flushed.
/// </summary>
public sealed class DotStuffedWriter(PipeWriter output)
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private bool _atLineStart = true;
    private bool _afterCr;

    /// <summary>Writes the next piece; pieces may be cut anywhere.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            if (_afterCr)
            {
                _afterCr = false;
                if (content[0] == '\n')
                {
                    content = content[1..];
                    continue;
                }
            }

            if (_atLineStart && content[0] == '.')
                output.Write("."u8);
            var end = content.IndexOfAny(LineEnds);
            if (end < 0)
            {
                output.Write(content);
                _atLineStart = false;
                return;
            }

            output.Write(content[..end]);
            output.Write("\r\n"u8);
            _atLineStart = true;
            _afterCr = content[end] == '\r';
            content = content[(end + 1)..];
        }
    }

    /// <summary>Ends the last line if it is open, and the message.</summary>
    public void Complete()
    {
        if (!_atLineStart)
            output.Write("\r\n"u8);
        output.Write(".\r\n"u8);
    }
}
