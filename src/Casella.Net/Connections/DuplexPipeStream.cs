using System.Buffers;
using System.IO.Pipelines;

namespace Casella.Net.Connections;

/// <summary>
/// A connection's two pipes as one stream, for SslStream and DeflateStream. A read with an empty buffer waits for data
/// without taking any, so an idle TLS connection holds no buffer.
/// </summary>
internal sealed class DuplexPipeStream(PipeReader input, PipeWriter output) : Stream
{
    /// <summary>The first that was read; negative while nothing was.</summary>
    public int FirstOctet { get; private set; } = -1;

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var available = result.Buffer;
            if (result.IsCanceled)
            {
                input.AdvanceTo(available.Start);
                throw new OperationCanceledException();
            }

            if (!available.IsEmpty)
            {
                var part = available.Slice(0, Math.Min(available.Length, buffer.Length));
                part.CopyTo(buffer.Span);
                // Counted before AdvanceTo: that gives segments back to the pipe, and a sequence counts by its
                // segments.
                var count = (int)part.Length;
                if (FirstOctet < 0 && count > 0)
                    FirstOctet = buffer.Span[0];
                input.AdvanceTo(part.End);
                return count;
            }

            input.AdvanceTo(available.End);
            if (result.IsCompleted)
                return 0;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        output.Write(buffer.Span);
        await FlushAsync(cancellationToken);
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        var result = await output.FlushAsync(cancellationToken);
        if (result.IsCompleted)
            throw new IOException("The peer has closed the connection.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>
    /// What DeflateStream calls when it is disposed: nothing is waiting here, every write is flushed.
    /// </summary>
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Async only.");
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Async only.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
