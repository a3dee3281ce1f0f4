using Casella.Formats.Mime;

namespace Casella.Formats.Sieve.Running;

/// <summary>Reads a changed message in one go; the message as it came is read once, from its beginning.</summary>
internal sealed class SieveContentStream(IReadOnlyList<MessagePiece> pieces, Func<Stream> open) : Stream
{
    private Stream? _original;
    private long _originalAt;
    private int _index;
    private long _done;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => pieces.Sum(SieveContent.LengthOf);
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && _index < pieces.Count)
        {
            var piece = pieces[_index];
            var left = SieveContent.LengthOf(piece) - _done;
            if (left == 0)
            {
                (_index, _done) = (_index + 1, 0);
                continue;
            }

            var read = piece.Count > 0 ? ReadOriginal(piece.Offset + _done, buffer[..(int)Math.Min(left, buffer.Length)]) : ReadOwn(piece.Own.Span[(int)_done..], buffer);
            _done += read;
            return read;
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private static int ReadOwn(ReadOnlySpan<byte> own, Span<byte> buffer)
    {
        var count = Math.Min(own.Length, buffer.Length);
        own[..count].CopyTo(buffer);
        return count;
    }

    private int ReadOriginal(long offset, Span<byte> buffer)
    {
        _original ??= open();
        Span<byte> passed = stackalloc byte[4096];
        while (_originalAt < offset)
            _originalAt += Read(_original, passed[..(int)Math.Min(passed.Length, offset - _originalAt)]);
        var read = Read(_original, buffer);
        _originalAt += read;
        return read;
    }

    private static int Read(Stream original, Span<byte> buffer) =>
        original.Read(buffer) is > 0 and var read ? read : throw new EndOfStreamException("The message is shorter than it was.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _original?.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
