using Casella.Core.Messages;

namespace Casella.Smtp.Session;

/// <summary>
/// Content that arrives in chunks (BDAT, RFC 3030; BURL, RFC 4468): counted octets, no dots, no end marker. Keeps what
/// DATA's reader would have found out.
/// </summary>
internal sealed class ChunkedContent(MessageStage stage, long maxSize) : IAsyncDisposable
{
    private bool _afterCr;

    public long Size { get; private set; }
    public bool IsTooLarge => Size > maxSize;
    public bool HasBareLineEnd { get; private set; }
    public bool HasNul { get; private set; }

    /// <summary>
    /// Reads exactly the chunk's octets. What is over the limit is read and dropped: the peer sends it anyway.
    /// </summary>
    /// <exception cref="EndOfStreamException">The peer closed before the chunk's end.</exception>
    public Task ReadAsync(SmtpSession session, long octets, CancellationToken cancellationToken) =>
        CopyAsync(session, octets, this, cancellationToken);

    /// <summary>Octets that may still come.</summary>
    public long Room => Math.Max(0, maxSize - Size);

    /// <summary>Takes a chunk that does not come from the peer. Closing it ends nothing.</summary>
    public Stream AsStream() => new Chunk(this);

    /// <summary>Reads a chunk that nobody wants.</summary>
    public static Task DropAsync(SmtpSession session, long octets, CancellationToken cancellationToken) =>
        CopyAsync(session, octets, null, cancellationToken);

    public Task<StagedMessage> CompleteAsync(CancellationToken cancellationToken)
    {
        HasBareLineEnd |= _afterCr;
        return stage.CompleteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    private static async Task CopyAsync(SmtpSession session, long octets, ChunkedContent? content, CancellationToken cancellationToken)
    {
        var (connection, patience) = (session.Connection, new ContentPatience(session));
        while (octets > 0)
        {
            connection.SetDeadline(patience.Next());
            var result = await Net.Framing.ConnectionInput.ReadAsync(connection, cancellationToken);
            if (result.Buffer.IsEmpty && result.IsCompleted)
                throw new EndOfStreamException("The connection ended within a chunk.");
            var taken = result.Buffer.Slice(0, Math.Min(octets, result.Buffer.Length));
            foreach (var piece in taken)
                content?.Take(piece.Span);
            octets -= taken.Length;
            connection.Input.AdvanceTo(taken.End);
        }
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        Size += piece.Length;
        HasNul |= piece.Contains((byte)0);
        CheckLineEnds(piece);
        if (!IsTooLarge)
            stage.Write(piece);
    }

    /// <summary>RFC 5321 §2.3.8: CR and LF come together only, also here: BINARYMIME is not offered.</summary>
    private void CheckLineEnds(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty)
            return;
        if (_afterCr != (piece[0] == '\n'))
            HasBareLineEnd = true;
        _afterCr = piece[^1] == '\r';
        for (var at = 0; at < piece.Length; at++)
        {
            var next = piece[at..].IndexOfAny((byte)'\r', (byte)'\n');
            if (next < 0)
                return;
            at += next;
            if (piece[at] == '\n')
                HasBareLineEnd |= at > 0;   // the first octet was judged with the piece before
            else if (at + 1 < piece.Length && piece[++at] != '\n')
                HasBareLineEnd = true;
        }
    }

    private sealed class Chunk(ChunkedContent content) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer) => content.Take(buffer);

        public override void Write(byte[] buffer, int offset, int count) => content.Take(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            content.Take(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
