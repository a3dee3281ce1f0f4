using System.Buffers;
using Casella.Net.Connections;

namespace Casella.Net.Framing;

/// <summary>
/// Reads CRLF lines of the line-based protocols (SMTP, POP3) with a limit. A bare LF ends a line too for typing by
/// hand; a bare CR does not, and NUL is kept for the protocol to refuse.
/// </summary>
public sealed class LineReader(MailConnection connection, int maxLineLength)
{
    /// <summary>
    /// What is read and dropped of a line that is too long, so that the session can answer and go on.
    /// </summary>
    private const long DropAtMost = 64 * 1024;

    private byte[] _line = new byte[Math.Min(maxLineLength, 512)];

    public int MaxLineLength => maxLineLength;
    public MailConnection Connection => connection;

    /// <summary>
    /// The next line without its line end, or null when the peer has closed. Valid until the next call.
    /// </summary>
    /// <exception cref="LineTooLongException">The line is over the limit; its rest has been read and dropped up to 64
    /// KiB, else the connection is to be closed (<see cref="LineTooLongException.MayContinue"/>).</exception>
    /// <exception cref="DeadlinePassedException"/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await ConnectionInput.ReadAsync(connection, cancellationToken);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                var tooLong = line.Length > maxLineLength + 1;   // a CR may still be there
                var length = tooLong ? 0 : Keep(line);
                connection.Input.AdvanceTo(buffer.GetPosition(1, end));
                if (tooLong || length > maxLineLength)
                    throw new LineTooLongException(mayContinue: true);
                return _line.AsMemory(0, length);
            }

            if (result.IsCompleted)
            {
                connection.Input.AdvanceTo(buffer.End);
                return null;
            }

            if (buffer.Length > maxLineLength + 1)
            {
                var dropped = buffer.Length;
                connection.Input.AdvanceTo(buffer.End);
                throw new LineTooLongException(await DropLineAsync(dropped, cancellationToken));
            }

            connection.Input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>Copies a line, which outlives the pipe's buffer; returns its length without a CR.</summary>
    private int Keep(in ReadOnlySequence<byte> line)
    {
        var length = (int)line.Length;
        if (_line.Length < length)
            _line = new byte[Math.Min(Math.Max(length, _line.Length * 2), maxLineLength + 1)];
        line.CopyTo(_line);
        return length > 0 && _line[length - 1] == '\r' ? length - 1 : length;
    }

    private async ValueTask<bool> DropLineAsync(long dropped, CancellationToken cancellationToken)
    {
        while (dropped <= DropAtMost)
        {
            var result = await ConnectionInput.ReadAsync(connection, cancellationToken);
            var end = result.Buffer.PositionOf((byte)'\n');
            dropped += result.Buffer.Length;
            connection.Input.AdvanceTo(end is { } at ? result.Buffer.GetPosition(1, at) : result.Buffer.End);
            if (end is not null)
                return true;
            if (result.IsCompleted)
                return false;
        }

        return false;
    }
}

/// <summary>A line was longer than the protocol's limit.</summary>
public sealed class LineTooLongException(bool mayContinue) : Exception("The line is too long.")
{
    public bool MayContinue { get; } = mayContinue;
}
