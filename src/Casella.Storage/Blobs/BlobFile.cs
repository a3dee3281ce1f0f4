using System.Buffers;
using System.Buffers.Binary;
using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Bodies;
using Microsoft.Win32.SafeHandles;

namespace Casella.Storage.Blobs;

/// <summary>
/// The file of one blob: chunks of 128 KB of the original, each a <see cref="StoredPiece"/>, then an index of their
/// offsets, so that a range reads only its chunks. The footer: for each chunk its offset (8 bytes), then original size
/// (8), number of chunks (4), CRC-32C of index and size (4), magic (4).
/// </summary>
internal sealed class BlobFile : IBlob
{
    private const int ChunkSize = 128 * 1024;
    private const uint Magic = 0x31_42_53_43;   // "CSB1"
    private const int Trailer = 8 + 4 + 4 + 4;

    private readonly SafeFileHandle _file;
    private readonly string _name;
    private readonly long[] _offsets;   // one more than chunks: the end of the last
    private int _cachedChunk = -1;
    private byte[] _cached = [];

    private BlobFile(SafeFileHandle file, string name, long[] offsets, long size) =>
        (_file, _name, _offsets, Size) = (file, name, offsets, size);

    public long Size { get; }

    /// <summary>Writes and fsyncs a file from a stream; the caller renames it and fsyncs the folder.</summary>
    public static async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var offsets = new List<long>();
            long size = 0;
            while (await content.ReadAtLeastAsync(chunk.AsMemory(0, ChunkSize), ChunkSize, false, cancellationToken) is > 0 and var read)
            {
                offsets.Add(file.Position);
                await file.WriteAsync(StoredPiece.Pack(chunk.AsSpan(0, read)), cancellationToken);
                size += read;
            }

            await file.WriteAsync(Footer(offsets, size), cancellationToken);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <exception cref="MailException">Damaged.</exception>
    public static BlobFile Open(string path)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MailException(MailError.Damaged, $"{path} is missing", missing);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failed);
        }

        try
        {
            var (offsets, size) = ReadFooter(file, path);
            return new BlobFile(file, path, offsets, size);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads block on the page cache or the disk; a chunk that was read last is kept, since readers walk forward in
    /// smaller steps.
    /// </summary>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (offset >= Size || buffer.IsEmpty)
            return new ValueTask<int>(0);
        var index = (int)(offset / ChunkSize);
        var chunk = Chunk(index);
        var from = (int)(offset - ((long)index * ChunkSize));
        var count = Math.Min(buffer.Length, chunk.Length - from);
        chunk.AsSpan(from, count).CopyTo(buffer.Span);
        return new ValueTask<int>(count);
    }

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private byte[] Chunk(int index)
    {
        if (_cachedChunk == index)
            return _cached;
        var stored = new byte[_offsets[index + 1] - _offsets[index]];
        ReadExactly(_file, stored, _offsets[index], _name);
        var chunk = StoredPiece.Unpack(stored, $"{_name} chunk {index}");
        var expected = Math.Min(ChunkSize, Size - ((long)index * ChunkSize));
        if (chunk.Length != expected)
            throw new MailException(MailError.Damaged, $"{_name} chunk {index} has the wrong size");
        (_cachedChunk, _cached) = (index, chunk);
        return chunk;
    }

    private static byte[] Footer(List<long> offsets, long size)
    {
        var footer = new byte[(offsets.Count * sizeof(long)) + Trailer];
        var at = footer.AsSpan();
        foreach (var offset in offsets)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, offset);
            at = at[sizeof(long)..];
        }

        BinaryPrimitives.WriteInt64LittleEndian(at, size);
        BinaryPrimitives.WriteInt32LittleEndian(at[8..], offsets.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(at[12..], Crc32C.Of(footer.AsSpan(0, footer.Length - 8)));
        BinaryPrimitives.WriteUInt32LittleEndian(at[16..], Magic);
        return footer;
    }

    private static (long[] Offsets, long Size) ReadFooter(SafeFileHandle file, string name)
    {
        var length = RandomAccess.GetLength(file);
        var trailer = new byte[Trailer];
        if (length < Trailer)
            throw Damaged(name);
        ReadExactly(file, trailer, length - Trailer, name);
        var size = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        var count = BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(8));
        var indexSize = (long)count * sizeof(long);
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(16)) != Magic || count < 0
            || count != (size + ChunkSize - 1) / ChunkSize || indexSize > length - Trailer)
            throw Damaged(name);
        var footer = new byte[indexSize + Trailer];
        var start = length - footer.Length;
        ReadExactly(file, footer, start, name);
        if (Crc32C.Of(footer.AsSpan(0, footer.Length - 8)) != BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(12)))
            throw Damaged(name);
        var offsets = new long[count + 1];
        for (var i = 0; i < count; i++)
            offsets[i] = BinaryPrimitives.ReadInt64LittleEndian(footer.AsSpan(i * sizeof(long)));
        offsets[count] = start;
        return (offsets, size);
    }

    private static void ReadExactly(SafeFileHandle file, Span<byte> buffer, long offset, string name)
    {
        while (!buffer.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(file, buffer, offset);
            }
            catch (IOException failed)
            {
                throw Unreadable(name, failed);
            }

            if (read == 0)
                throw Damaged(name);
            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <summary>Not the connection's trouble, as an IOException would be taken for, but the disk's.</summary>
    private static MailException Unreadable(string name, Exception failed) => new(MailError.Unavailable, $"{name} cannot be read", failed);

    private static MailException Damaged(string name) => new(MailError.Damaged, $"{name} is cut or overwritten");
}
