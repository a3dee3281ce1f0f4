using Casella.Net.Connections;

namespace Casella.Net.Framing;

/// <summary>Reads CRLF lines of the line-based protocols (SMTP, POP3) with a limit. A bare LF ends a line too for typing by hand; a bare CR does
/// not, and NUL is kept for the protocol to refuse.</summary>
public sealed class LineReader(MailConnection connection, int maxLineLength)
{
    public int MaxLineLength => maxLineLength;
    public MailConnection Connection => connection;

    /// <summary>The next line without its line end, or null when the peer has closed. Valid until the next call.</summary>
    /// <exception cref="LineTooLongException">The line is over the limit; its rest has been read and dropped up to 64 KiB, else the connection
    /// is to be closed (<see cref="LineTooLongException.MayContinue"/>).</exception>
    /// <exception cref="DeadlinePassedException"/>
    public ValueTask<ReadOnlyMemory<byte>?> ReadLineAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>A line was longer than the protocol's limit.</summary>
public sealed class LineTooLongException(bool mayContinue) : Exception("The line is too long.")
{
    public bool MayContinue { get; } = mayContinue;
}
