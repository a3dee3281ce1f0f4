using System.Buffers;
using Casella.Net.Connections;

namespace Casella.Net.Framing;

/// <summary>
/// What DATA brought. Whatever is wrong, the content was read to its true end, so the session stays in step.
/// </summary>
/// <param name="Size">Octets of the content after un-stuffing, also those beyond the limit.</param>
/// <param name="IsTooLarge">Over the limit; the destination got only its beginning.</param>
/// <param name="HasBareLineEnd">A CR without LF or an LF without CR: the message must be refused
/// (RFC 5321 §2.3.8).</param>
/// <param name="HasNul">A NUL octet.</param>
/// <param name="LongestLine">Octets of the longest line without CRLF.</param>
public readonly record struct DotStuffedContent(
    long Size, bool IsTooLarge, bool HasBareLineEnd, bool HasNul, long LongestLine);

/// <summary>
/// Reads the content of DATA (RFC 5321 §4.1.1.4): un-stuffs dots and ends at CRLF.CRLF and nowhere else. Anything that
/// looks like an end to a careless reader (LF.LF, CR.CR …) is content, and is reported: that is what SMTP smuggling
/// lives on.
/// </summary>
/// <param name="patience">How long to wait for the next octets, asked before each read; null leaves the connection's
/// deadline as it is.</param>
public sealed class DotStuffedReader(MailConnection connection, long maxSize, Func<TimeSpan>? patience = null)
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private enum State { LineStart, InLine, AfterCr, AfterDot, AfterDotCr, End }

    private State _state;
    private long _size;
    private long _line;
    private long _longestLine;
    private bool _bareLineEnd;
    private bool _nul;

    /// <summary>Reads to the end of the content.</summary>
    /// <exception cref="EndOfStreamException">The peer closed before the end.</exception>
    /// <exception cref="DeadlinePassedException"/>
    public async Task<DotStuffedContent> CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        while (_state != State.End)
        {
            if (patience is not null)
                connection.SetDeadline(patience());
            var result = await ConnectionInput.ReadAsync(connection, cancellationToken);
            var buffer = result.Buffer;
            if (buffer.IsEmpty && result.IsCompleted)
                throw new EndOfStreamException("The connection ended within a message.");
            long used = 0;
            foreach (var memory in buffer)
            {
                used += Take(memory.Span, destination);
                if (_state == State.End)
                    break;
            }

            connection.Input.AdvanceTo(buffer.GetPosition(used));
            if (_state != State.End)
                connection.ExpectMore();
        }

        return new DotStuffedContent(_size, _size > maxSize, _bareLineEnd, _nul, _longestLine);
    }

    /// <summary>Takes a piece up to the end of the content; returns how much of it was taken.</summary>
    private int Take(ReadOnlySpan<byte> piece, Stream destination)
    {
        var at = 0;
        while (at < piece.Length && _state != State.End)
            at += Step(piece[at..], destination);
        return at;
    }

    /// <summary>One step of the automaton; returns the octets it used (0 when only the state changes).</summary>
    private int Step(ReadOnlySpan<byte> rest, Stream destination)
    {
        switch (_state)
        {
            case State.LineStart when rest[0] == '.':
                _state = State.AfterDot;
                return 1;
            case State.AfterDot when rest[0] == '\r':
                _state = State.AfterDotCr;
                return 1;
            case State.AfterDotCr when rest[0] == '\n':
                _state = State.End;
                return 1;
            case State.AfterDotCr:   // ".\r" and no LF: the dot was stuffing, the CR is bare or begins a line end
                _state = State.AfterCr;
                return 0;
            case State.AfterCr when rest[0] == '\n':
                Write("\r\n"u8, destination);
                EndLine();
                _state = State.LineStart;
                return 1;
            case State.AfterCr:
                _bareLineEnd = true;
                Write("\r"u8, destination);
                _state = State.InLine;
                return 0;
            case State.LineStart or State.AfterDot or State.InLine:
                return TakeLine(rest, destination);
            case State.End:
            default:
                throw new InvalidOperationException("The content has ended.");
        }
    }

    private int TakeLine(ReadOnlySpan<byte> rest, Stream destination)
    {
        _state = State.InLine;
        var end = rest.IndexOfAny(LineEnds);
        var run = end < 0 ? rest : rest[..end];
        _nul |= run.Contains((byte)0);
        _line += run.Length;
        Write(run, destination);
        if (end < 0)
            return run.Length;
        if (rest[end] == '\r')
        {
            _state = State.AfterCr;
            return run.Length + 1;
        }

        // A bare LF is content, and what follows it is not the start of a line: "LF . CR LF" does not end anything.
        _bareLineEnd = true;
        Write("\n"u8, destination);
        return run.Length + 1;
    }

    private void EndLine()
    {
        _longestLine = Math.Max(_longestLine, _line);
        _line = 0;
    }

    /// <summary>
    /// Stages are memory or a buffered temporary file, so a synchronous write does not wait for a disk.
    /// </summary>
    private void Write(ReadOnlySpan<byte> bytes, Stream destination)
    {
        _size += bytes.Length;
        if (_size <= maxSize)
            destination.Write(bytes);
    }
}
