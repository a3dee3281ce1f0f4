using System.IO.Pipelines;
using System.Security.Cryptography;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Storage.Bodies;

/// <summary>
/// A message's bytes for a reader: whatever lies below, ranges are cut to the message and written in pieces of at most
/// 16 KB.
/// </summary>
internal abstract class StoredContent(long size, int headerSize) : MessageContent
{
    private const int Piece = 16 * 1024;

    public override long Size => size;
    public override int HeaderSize => headerSize;

    public override async ValueTask CopyToAsync(PipeWriter output, long offset, long count, CancellationToken cancellationToken)
    {
        var end = Math.Min(size, offset + Math.Min(count, size));
        for (var at = Math.Max(0, offset); at < end;)
        {
            var memory = output.GetMemory(Piece);
            var read = await ReadIntoAsync(at, memory[..(int)Math.Min(Math.Min(memory.Length, Piece), end - at)], cancellationToken);
            output.Advance(read);
            at += read;
            if (output.CanGetUnflushedBytes && output.UnflushedBytes >= 2 * Piece)
                await output.FlushAsync(cancellationToken);
        }
    }

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, long count, CancellationToken cancellationToken)
    {
        var length = (int)Math.Clamp(Math.Min(count, size - offset), 0, int.MaxValue);
        var bytes = new byte[length];
        for (var at = 0; at < length;)
            at += await ReadIntoAsync(offset + at, bytes.AsMemory(at), cancellationToken);
        return bytes;
    }

    /// <summary>At least one byte of a range that lies within the message.</summary>
    protected abstract ValueTask<int> ReadIntoAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}

/// <summary>A message that lives in the account's file: both pieces are unpacked when they are first needed.</summary>
internal sealed class InlineContent(InlineBody body) : StoredContent(body.Size, body.HeaderSize)
{
    private byte[]? _header;
    private byte[]? _text;
    private bool _checked;

    public override ValueTask CopyToAsync(PipeWriter output, long offset, long count, CancellationToken cancellationToken)
    {
        if (offset == 0 && count >= Size)
            CheckWhole();
        return base.CopyToAsync(output, offset, count, cancellationToken);
    }

    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, long count, CancellationToken cancellationToken)
    {
        if (offset == 0 && count >= Size)
            CheckWhole();
        return base.ReadAsync(offset, count, cancellationToken);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override ValueTask<int> ReadIntoAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var source = offset < body.HeaderSize ? Header.AsSpan((int)offset) : Text.AsSpan((int)(offset - body.HeaderSize));
        var count = Math.Min(source.Length, buffer.Length);
        source[..count].CopyTo(buffer.Span);
        return new ValueTask<int>(count);
    }

    private byte[] Header => _header ??= Unpack(body.Header, body.HeaderSize);
    private byte[] Text => _text ??= Unpack(body.Text, body.Size - body.HeaderSize);

    private byte[] Unpack(byte[] piece, long size)
    {
        var bytes = StoredPiece.Unpack(piece, body.Name);
        return bytes.Length == size ? bytes : throw new MailException(MailError.Damaged, $"{body.Name} has the wrong size");
    }

    /// <summary>A whole read is checked against the message's own SHA-256, once.</summary>
    private void CheckWhole()
    {
        if (_checked)
            return;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Header);
        hash.AppendData(Text);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(body.Sha256))
            throw new MailException(MailError.Damaged, $"{body.Name} does not match its SHA-256");
        _checked = true;
    }
}

/// <summary>The row of an inline body.</summary>
internal sealed record InlineBody(string Name, long Size, int HeaderSize, byte[] Header, byte[] Text, byte[] Sha256);

/// <summary>A message that is a blob: each chunk is checked by its checksum when it is read.</summary>
internal sealed class BlobContent(IBlob blob, int headerSize) : StoredContent(blob.Size, headerSize)
{
    public override ValueTask DisposeAsync() => blob.DisposeAsync();

    protected override ValueTask<int> ReadIntoAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        blob.ReadAsync(offset, buffer, cancellationToken);
}
