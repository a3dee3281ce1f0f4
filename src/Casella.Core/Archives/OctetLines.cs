namespace Casella.Core.Archives;

/// <summary>
/// A file line by line, as octets with their line end. A line longer than the buffer comes in pieces, of which only the
/// first begins a line.
/// </summary>
internal sealed class OctetLines(Stream file) : IDisposable
{
    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;
    private bool _nextBegins = true;

    /// <summary>Of the line that Read returns next.</summary>
    public long Position { get; private set; }

    /// <summary>The piece that was read last begins a line.</summary>
    public bool IsBeginning { get; private set; }

    /// <summary>The next line or piece; empty at the end. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        var length = Find();
        while (length < 0 && _end - _start < _buffer.Length && await FillAsync(cancellationToken))
            length = Find();
        if (length < 0)
            length = _end - _start;
        var line = _buffer.AsMemory(_start, length);
        (IsBeginning, _nextBegins) = (_nextBegins, length > 0 && line.Span[^1] == '\n');
        _start += length;
        Position += length;
        return line;
    }

    /// <summary>Some octets at another place; what is read next is not changed.</summary>
    public async Task<byte[]> PeekAsync(long position, int count, CancellationToken cancellationToken)
    {
        var here = file.Position;
        file.Position = position;
        var octets = new byte[count];
        var read = await file.ReadAtLeastAsync(octets, count, throwOnEndOfStream: false, cancellationToken);
        file.Position = here;
        return octets[..read];
    }

    public void Dispose() => file.Dispose();

    private int Find() => _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') is >= 0 and var at ? at + 1 : -1;

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await file.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        return read > 0;
    }
}
