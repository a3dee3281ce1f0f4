using System.IO.Compression;

namespace Casella.Net.Connections;

/// <summary>
/// The reading half of COMPRESS=DEFLATE with a cap: what a client may inflate beyond a hundredfold of what it sends.
/// Deflate can blow 1 MB up to 1 GB; memory is bounded by the framer, this bounds the work.
/// </summary>
internal sealed class InflateStream(Stream compressed) : Stream
{
    /// <summary>
    /// Honest mail shrinks tenfold at best; a message of nothing but zeros may go over it once, up to
    /// <see cref="Allowance"/>.
    /// </summary>
    private const int HonestRatio = 100;
    private const long Allowance = 128L * 1024 * 1024;

    private readonly CountingStream _counted = new(compressed);
    private DeflateStream? _inflate;
    private long _inflated;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _inflate ??= new DeflateStream(_counted, CompressionMode.Decompress, leaveOpen: true);
        int read;
        try
        {
            read = await _inflate.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException broken)
        {
            throw new IOException("The compressed stream is broken.", broken);
        }

        _inflated += read;
        return _inflated - (_counted.Count * HonestRatio) > Allowance
            ? throw new IOException("The compressed stream inflates beyond its cap.")
            : read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inflate?.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Async only.");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Counts what came over the wire.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Async only.");
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
