using System.Buffers.Binary;
using System.Collections.Concurrent;
using Casella.Core;
using ZstdSharp;

namespace Casella.Storage.Bodies;

/// <summary>
/// The stored form of a run of bytes (a header, a text, a chunk of a large message): one byte of form, the size and
/// CRC-32C of the original, then the bytes as they are or zstd where that is shorter.
/// </summary>
internal static class StoredPiece
{
    private const byte Raw = 0;
    private const byte Zstd = 1;
    private const int Prefix = 1 + sizeof(int) + sizeof(uint);

    /// <summary>
    /// Level 1: mail is text or base64 of what is compressed already; higher levels cost more than the disk saves.
    /// </summary>
    private const int Level = 1;

    /// <summary>Below this zstd's own frame eats what it saves.</summary>
    private const int WorthCompressing = 128;

    private static readonly ConcurrentBag<Compressor> Compressors = [];
    private static readonly ConcurrentBag<Decompressor> Decompressors = [];

    public static byte[] Pack(ReadOnlySpan<byte> original)
    {
        var compressed = original.Length >= WorthCompressing ? Compress(original) : [];
        var shrinks = compressed.Length > 0 && compressed.Length < original.Length;
        var payload = shrinks ? compressed : original;
        var piece = new byte[Prefix + payload.Length];
        piece[0] = shrinks ? Zstd : Raw;
        BinaryPrimitives.WriteInt32LittleEndian(piece.AsSpan(1), original.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(piece.AsSpan(1 + sizeof(int)), Crc32C.Of(original));
        payload.CopyTo(piece.AsSpan(Prefix));
        return piece;
    }

    /// <exception cref="MailException">Damaged.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> piece, string what)
    {
        if (piece.Length < Prefix)
            throw Damaged(what);
        var size = BinaryPrimitives.ReadInt32LittleEndian(piece[1..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(piece[(1 + sizeof(int))..]);
        var payload = piece[Prefix..];
        var original = piece[0] switch
        {
            Raw when payload.Length == size => payload.ToArray(),
            Zstd when size >= 0 => Decompress(payload, size, what),
            _ => throw Damaged(what),
        };
        return Crc32C.Of(original) == crc ? original : throw Damaged(what);
    }

    private static byte[] Compress(ReadOnlySpan<byte> original)
    {
        var compressor = Compressors.TryTake(out var pooled) ? pooled : new Compressor(Level);
        try
        {
            return compressor.Wrap(original).ToArray();
        }
        finally
        {
            Compressors.Add(compressor);
        }
    }

    private static byte[] Decompress(ReadOnlySpan<byte> payload, int size, string what)
    {
        // The size is checked before it is trusted with memory: a flipped bit must not ask for 2 GB.
        if (payload.Length < 4 || (ulong)size != Decompressor.GetDecompressedSize(payload))
            throw Damaged(what);
        var decompressor = Decompressors.TryTake(out var pooled) ? pooled : new Decompressor();
        try
        {
            var original = new byte[size];
            return decompressor.Unwrap(payload, original) == size ? original : throw Damaged(what);
        }
        catch (ZstdException broken)
        {
            throw new MailException(MailError.Damaged, what, broken);
        }
        finally
        {
            Decompressors.Add(decompressor);
        }
    }

    private static MailException Damaged(string what) => new(MailError.Damaged, $"{what}: bytes do not match their checksum");
}
