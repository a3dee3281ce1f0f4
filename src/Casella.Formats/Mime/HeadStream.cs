namespace Casella.Formats.Mime;

/// <summary>
/// Passes a message on to its reader, counts it, and keeps its beginning for the case that the reader gives up.
/// </summary>
internal sealed class HeadStream(Stream content) : Stream
{
    /// <summary>Octets that are kept: more header than any honest message has.</summary>
    private const int MaxHead = 64 * 1024;

    private byte[] _head = [];
    private int _headLength;
    private long _length;

    /// <summary>
    /// The reader collects a header in a buffer that it copies whenever it grows: beyond this the time would follow the
    /// square of the size, so the message is taken as one opaque part.
    /// </summary>
    private const int MaxTopHeader = 1024 * 1024;

    private int _emptyLine;
    private bool _isInBody;

    public ReadOnlyMemory<byte> Head => _head.AsMemory(0, _headLength);

    /// <summary>Line ends seen so far.</summary>
    public long Lines { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => _length;
    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <summary>Reads what the reader left; returns the octets of the whole message.</summary>
    public long ReadToEnd()
    {
        _isInBody = true;   // whoever reads the rest wants no more of its structure
        var buffer = new byte[4 * 1024];
        while (Read(buffer, 0, buffer.Length) > 0)
        {
            // Counted by Read.
        }

        return _length;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = content.Read(buffer, offset, count);
        var bytes = buffer.AsSpan(offset, read);
        if (_headLength < MaxHead)
            Keep(bytes);
        Lines += bytes.Count((byte)'\n');
        _length += read;
        if (!_isInBody)
            WatchHeader(bytes);
        return read;
    }

    /// <exception cref="FormatException">The header is longer than any honest one.</exception>
    private void WatchHeader(ReadOnlySpan<byte> bytes)
    {
        foreach (var octet in bytes)
        {
            // An empty line: a line feed, then at most a carriage return before the next.
            if (octet == (byte)'\n' && _emptyLine++ > 0)
            {
                _isInBody = true;
                return;
            }

            if (octet is not ((byte)'\n' or (byte)'\r'))
                _emptyLine = 0;
        }

        if (_length > MaxTopHeader)
            throw new FormatException("The header has no end within a megabyte.");
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, MaxHead - _headLength)];
        if (_head.Length < _headLength + bytes.Length)
            Array.Resize(ref _head, Math.Min(MaxHead, Math.Max(_headLength + bytes.Length, 2 * _headLength)));
        bytes.CopyTo(_head.AsSpan(_headLength));
        _headLength += bytes.Length;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
