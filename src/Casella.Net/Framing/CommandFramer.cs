using System.Buffers;
using System.Buffers.Text;
using Casella.Net.Connections;

namespace Casella.Net.Framing;

/// <summary>
/// Reads one whole IMAP (or ManageSieve) command: its lines and its literals, within limits, without understanding more
/// than "{n}", "{n+}" and "~{n}" at a line's end. The session says for each literal whether it is taken into the
/// command's memory, streamed (APPEND) or refused, so that an upload over the limit is refused before it is sent
/// (RFC 9051 §4.3, RFC 7888).
/// </summary>
public sealed class CommandFramer(MailConnection connection, FramerLimits limits)
{
    /// <summary>Bytes of a command that are kept to answer its tag when it cannot be framed.</summary>
    private const int SoFarAtMost = 256;
    private const int FirstBuffer = 512;

    private byte[] _command = new byte[FirstBuffer];
    private int _length;
    private int _literals;
    private long _pending;

    /// <summary>Swapped by the session after sign-in.</summary>
    public FramerLimits Limits { get; set; } = limits;
    public MailConnection Connection => connection;

    /// <summary>
    /// Waits until the next command begins to come, or the peer has closed, and reads nothing of it: for sessions that
    /// write while they wait.
    /// </summary>
    /// <exception cref="DeadlinePassedException"/>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var result = await ConnectionInput.ReadAsync(connection, cancellationToken);
        connection.Input.AdvanceTo(result.Buffer.Start);
    }

    /// <summary>
    /// Reads up to the end of the command, or up to a literal that <paramref name="onLiteral"/> wants to stream.
    /// </summary>
    /// <param name="onLiteral">Called with the command's bytes so far (ending before the "{") and the literal's
    /// announcement; decides its fate.</param>
    /// <param name="sendContinuation">Writes and flushes "+ …CRLF" when a synchronizing literal is taken or
    /// streamed.</param>
    /// <returns>Null when the peer has closed.</returns>
    /// <exception cref="FramingException">Line or literal over a limit, malformed literal, or refused.</exception>
    /// <exception cref="DeadlinePassedException"/>
    public ValueTask<FramedCommand?> ReadCommandAsync(
        Func<ReadOnlyMemory<byte>, LiteralAnnouncement, LiteralDecision> onLiteral,
        Func<CancellationToken, ValueTask> sendContinuation,
        CancellationToken cancellationToken)
    {
        _literals = 0;
        return ContinueAsync(onLiteral, sendContinuation, cancellationToken);
    }

    /// <summary>
    /// After a command that stopped at a streamed literal: the literal's bytes, exactly its size, then
    /// <see cref="ContinueAsync"/>.
    /// </summary>
    /// <exception cref="EndOfStreamException">The peer closed within the literal.</exception>
    public async ValueTask CopyLiteralAsync(Stream destination, CancellationToken cancellationToken)
    {
        while (_pending > 0)
        {
            var part = await ReadLiteralPartAsync(cancellationToken);
            foreach (var memory in part)
                await destination.WriteAsync(memory, cancellationToken);
            connection.Input.AdvanceTo(part.End);
        }

        connection.ExpectMore();
    }

    /// <summary>
    /// Reads and drops the pending streamed literal (its upload is already under way and its command has failed).
    /// </summary>
    /// <exception cref="EndOfStreamException">The peer closed within the literal.</exception>
    public async ValueTask SkipLiteralAsync(CancellationToken cancellationToken)
    {
        while (_pending > 0)
            connection.Input.AdvanceTo((await ReadLiteralPartAsync(cancellationToken)).End);
    }

    /// <summary>
    /// Reads on after a streamed literal, to the command's end or its next streamed literal (MULTIAPPEND, CATENATE).
    /// The returned command holds only what followed the literal.
    /// </summary>
    public async ValueTask<FramedCommand?> ContinueAsync(
        Func<ReadOnlyMemory<byte>, LiteralAnnouncement, LiteralDecision> onLiteral,
        Func<CancellationToken, ValueTask> sendContinuation,
        CancellationToken cancellationToken)
    {
        _length = 0;
        while (true)
        {
            var lineStart = _length;
            if (!await AppendLineAsync(cancellationToken))
                return null;
            var line = _command.AsMemory(lineStart, _length - lineStart);
            if (!TryReadAnnouncement(line.Span, out var literal, out var braceAt))
                return new FramedCommand(_command.AsMemory(0, _length), null);
            if (++_literals > Limits.MaxLiterals)
                throw Failure(FramingError.TooManyLiterals, mustClose: true);

            var before = _command.AsMemory(0, lineStart + braceAt);
            var decision = onLiteral(before, literal);
            Check(decision, literal);
            if (literal.IsSynchronizing)
                await sendContinuation(cancellationToken);
            if (decision == LiteralDecision.Stream)
            {
                _pending = literal.Size;
                return new FramedCommand(before, literal);
            }

            Append("\r\n"u8);
            await AppendLiteralAsync((int)literal.Size, cancellationToken);
        }
    }

    /// <summary>
    /// One plain line outside commands: AUTHENTICATE responses and IDLE's DONE. Null when the peer has closed.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        _length = 0;
        return await AppendLineAsync(cancellationToken) ? _command.AsMemory(0, _length) : null;
    }

    /// <summary>Gives a large buffer back before the session goes idle.</summary>
    public void ReleaseBuffers()
    {
        if (_command.Length > FirstBuffer)
            _command = new byte[FirstBuffer];
        _length = 0;
    }

    /// <summary>
    /// A refused or oversized synchronizing literal has not been sent: the session answers and goes on. A
    /// non-synchronizing one is already on its way, and what follows could be taken for commands: the connection must
    /// end (RFC 7888 §4).
    /// </summary>
    private void Check(LiteralDecision decision, LiteralAnnouncement literal)
    {
        if (decision == LiteralDecision.Refuse)
            throw Failure(FramingError.LiteralRefused, mustClose: !literal.IsSynchronizing);
        if (decision == LiteralDecision.Take && (literal.Size > Limits.MaxLiteral || _length + literal.Size > Limits.MaxCommand))
            throw Failure(FramingError.LiteralTooLarge, mustClose: !literal.IsSynchronizing);
    }

    /// <summary>Adds the next line without its end to the command; false when the peer has closed.</summary>
    private async ValueTask<bool> AppendLineAsync(CancellationToken cancellationToken)
    {
        var start = _length;
        while (true)
        {
            var result = await ConnectionInput.ReadAsync(connection, cancellationToken);
            var buffer = result.Buffer;
            var end = buffer.PositionOf((byte)'\n');
            var line = end is { } at ? buffer.Slice(0, at) : buffer;
            if (_length + line.Length > Limits.MaxCommand + 1)
            {
                Append(line.Slice(0, Math.Min(line.Length, SoFarAtMost)));
                connection.Input.AdvanceTo(buffer.End);
                throw Failure(FramingError.CommandTooLong, mustClose: true);
            }

            Append(line);
            connection.Input.AdvanceTo(end is { } lf ? buffer.GetPosition(1, lf) : buffer.End);
            if (end is not null)
            {
                // A CR before it may be the last octet of a literal.
                if (_length > start && _command[_length - 1] == '\r')
                    _length--;
                return true;
            }

            if (result.IsCompleted)
                return false;
        }
    }

    private async ValueTask AppendLiteralAsync(int size, CancellationToken cancellationToken)
    {
        _pending = size;
        while (_pending > 0)
        {
            var part = await ReadLiteralPartAsync(cancellationToken);
            Append(part);
            connection.Input.AdvanceTo(part.End);
        }

        connection.ExpectMore();
    }

    /// <summary>The next bytes of the literal, at most to its end; the caller advances.</summary>
    private async ValueTask<ReadOnlySequence<byte>> ReadLiteralPartAsync(CancellationToken cancellationToken)
    {
        var result = await ConnectionInput.ReadAsync(connection, cancellationToken);
        if (result.Buffer.IsEmpty && result.IsCompleted)
            throw new EndOfStreamException("The connection ended within a literal.");
        var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, _pending));
        _pending -= part.Length;
        return part;
    }

    private void Append(in ReadOnlySequence<byte> bytes)
    {
        foreach (var memory in bytes)
            Append(memory.Span);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _command.Length)
            Array.Resize(ref _command, Math.Max(_length + bytes.Length, _command.Length * 2));
        bytes.CopyTo(_command.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>literal = ["~"] "{" number ["+"] "}" at the end of a line (RFC 9051 §9, RFC 7888 §8).</summary>
    private bool TryReadAnnouncement(ReadOnlySpan<byte> line, out LiteralAnnouncement literal, out int braceAt)
    {
        literal = default;
        braceAt = -1;
        if (line.IsEmpty || line[^1] != '}')
            return false;
        braceAt = line.LastIndexOf((byte)'{');
        if (braceAt < 0)
            return false;
        var inside = line[(braceAt + 1)..^1];
        var synchronizing = inside.IsEmpty || inside[^1] != '+';
        if (!synchronizing)
            inside = inside[..^1];
        if (!Utf8Parser.TryParse(inside, out long size, out var used) || used != inside.Length || size < 0 || inside[0] == '+')
            throw Failure(FramingError.MalformedLiteral, mustClose: true);
        var binary = braceAt > 0 && line[braceAt - 1] == '~';
        if (binary)
            braceAt--;
        literal = new LiteralAnnouncement(size, synchronizing, binary);
        return true;
    }

    private FramingException Failure(FramingError error, bool mustClose) =>
        new(error, mustClose, _command.AsMemory(0, Math.Min(_length, SoFarAtMost)).ToArray());
}

/// <summary>Sizes a session allows; the session swaps them after sign-in.</summary>
/// <param name="MaxCommand">Bytes of a command with the literals that are taken into memory (64 KiB signed in, 8 KiB
/// before).</param>
/// <param name="MaxLiteral">Bytes of one literal taken into memory.</param>
/// <param name="MaxLiterals">Literals in one command.</param>
public sealed record FramerLimits(int MaxCommand, int MaxLiteral, int MaxLiterals)
{
    public static FramerLimits BeforeSignIn { get; } = new(8 * 1024, 4 * 1024, 8);
    public static FramerLimits SignedIn { get; } = new(64 * 1024, 64 * 1024, 1_000);
}

/// <summary>"{Size}", "{Size+}" or "~{Size}".</summary>
public readonly record struct LiteralAnnouncement(long Size, bool IsSynchronizing, bool IsBinary);

/// <summary>What becomes of an announced literal.</summary>
public enum LiteralDecision
{
    /// <summary>Into the command's memory (within the limits).</summary>
    Take,
    /// <summary>The caller streams it: the framer returns at its first byte.</summary>
    Stream,
    /// <summary>
    /// Refused: FramingException; a synchronizing literal is not uploaded, a non-synchronizing one ends the connection.
    /// </summary>
    Refuse,
}

/// <summary>One command (or its beginning up to a streamed literal). Valid until the next call.</summary>
/// <param name="Bytes">The command's octets as they came, literals included ("{5}CRLFhello"), without the final
/// CRLF.</param>
/// <param name="PendingLiteral">The literal to be streamed that follows <paramref name="Bytes"/>, or null.</param>
public sealed record FramedCommand(ReadOnlyMemory<byte> Bytes, LiteralAnnouncement? PendingLiteral);

/// <summary>A command that cannot be framed.</summary>
/// <param name="error">What was wrong.</param>
/// <param name="mustClose">The stream cannot be followed any more: say BYE and close.</param>
/// <param name="soFar">The command's beginning (at most 256 bytes), so that its tag can be answered.</param>
public sealed class FramingException(FramingError error, bool mustClose, ReadOnlyMemory<byte> soFar) : Exception(error.ToString())
{
    public FramingError Error { get; } = error;
    public bool MustClose { get; } = mustClose;
    public ReadOnlyMemory<byte> SoFar { get; } = soFar;
}

/// <summary>Why a command could not be framed.</summary>
public enum FramingError
{
    CommandTooLong,
    LiteralTooLarge,
    TooManyLiterals,
    MalformedLiteral,
    LiteralRefused,
}
