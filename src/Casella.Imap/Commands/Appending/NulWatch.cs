namespace Casella.Imap.Commands.Appending;

/// <summary>Passes a message on to its stage and notices NUL, which literal8 may bring (RFC 3516 §4.4).</summary>
internal sealed class NulWatch(Stream below) : Stream
{
    public bool HasSeenNul { get; private set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => below.Length;
    public override long Position { get => below.Position; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        HasSeenNul |= buffer.Contains((byte)0);
        below.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        HasSeenNul |= buffer.Span.Contains((byte)0);
        return below.WriteAsync(buffer, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() => below.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
