using Casella.Net.Connections;

namespace Casella.Net.Framing;

/// <summary>
/// Reads one whole IMAP (or ManageSieve) command: its lines and its literals, within limits, without understanding more than
/// "{n}", "{n+}" and "~{n}" at a line's end. The session says for each literal whether it is taken into the command's memory, streamed (APPEND) or refused, so that an upload over the
/// limit is refused before it is sent (RFC 9051 §4.3, RFC 7888).
/// </summary>
public sealed class CommandFramer(MailConnection connection, FramerLimits limits)
{
    public FramerLimits Limits => limits;
    public MailConnection Connection => connection;

    /// <summary>
    /// Reads up to the end of the command, or up to a literal that <paramref name="onLiteral"/> wants to stream.
    /// </summary>
    /// <param name="onLiteral">Called with the command's bytes so far (ending before the "{") and the literal's announcement; decides its fate.</param>
    /// <param name="sendContinuation">Writes and flushes "+ …CRLF" when a synchronizing literal is taken.</param>
    /// <returns>Null when the peer has closed.</returns>
    /// <exception cref="FramingException">Line or literal over a limit, malformed literal, or refused.</exception>
    /// <exception cref="DeadlinePassedException"/>
    public ValueTask<FramedCommand?> ReadCommandAsync(
        Func<ReadOnlyMemory<byte>, LiteralAnnouncement, LiteralDecision> onLiteral,
        Func<CancellationToken, ValueTask> sendContinuation,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>After a command that stopped at a streamed literal: the literal's bytes, exactly its size, then <see cref="ContinueAsync"/>.</summary>
    public ValueTask CopyLiteralAsync(Stream destination, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads and drops the pending streamed literal (its upload is already under way and its command has failed).</summary>
    public ValueTask SkipLiteralAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads on after a streamed literal, to the command's end or its next streamed literal (MULTIAPPEND, CATENATE). The returned
    /// command holds only what followed the literal.</summary>
    public ValueTask<FramedCommand?> ContinueAsync(
        Func<ReadOnlyMemory<byte>, LiteralAnnouncement, LiteralDecision> onLiteral,
        Func<CancellationToken, ValueTask> sendContinuation,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>One plain line outside commands: AUTHENTICATE responses and IDLE's DONE. Null when the peer has closed.</summary>
    public ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>Sizes a session allows; the session swaps them after sign-in.</summary>
/// <param name="MaxCommand">Bytes of a command with the literals that are taken into memory (64 KiB signed in, 8 KiB before).</param>
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
    /// <summary>Refused: FramingException; a synchronizing literal is not uploaded, a non-synchronizing one ends the connection.</summary>
    Refuse,
}

/// <summary>One command (or its beginning up to a streamed literal). Valid until the next call.</summary>
/// <param name="Bytes">The command's octets as they came, literals included ("{5}CRLFhello"), without the final CRLF.</param>
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
