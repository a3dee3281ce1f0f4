using System.Buffers;
using System.Buffers.Binary;

namespace Casella.Net.Acme;

/// <summary>
/// Looks into the first bytes of a TLS connection for a protocol in its ALPN extension (RFC 8446 §4.1.2, RFC 7301
/// §3.1).
/// </summary>
internal static class ClientHello
{
    private const byte Handshake = 22;
    private const int RecordHeader = 5;
    private const int LargestRecord = 16 * 1024;
    private const int AlpnExtension = 16;

    /// <summary>Null while more bytes are needed; false for what is no hello, or one without the protocol.</summary>
    public static bool? Look(ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> protocol)
    {
        if (buffer.Length < RecordHeader)
            return null;
        Span<byte> header = stackalloc byte[RecordHeader];
        buffer.Slice(0, RecordHeader).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        // A hello of several records is no authority's.
        if (header[0] != Handshake || length > LargestRecord)
            return false;
        if (buffer.Length < RecordHeader + length)
            return null;
        return Has(buffer.Slice(RecordHeader, length).ToArray(), protocol);
    }

    private static bool Has(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> protocol)
    {
        const int FixedPart = 4 + 2 + 32;   // type and length, version, random
        if (hello.Length < FixedPart)
            return false;
        var rest = hello[FixedPart..];
        if (!TakeVector(ref rest, 1, out _) || !TakeVector(ref rest, 2, out _) || !TakeVector(ref rest, 1, out _) || !TakeVector(ref rest, 2, out var extensions))
            return false;
        while (extensions.Length >= 2)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TakeVector(ref extensions, 2, out var extension))
                return false;
            if (type == AlpnExtension)
                return Names(extension, protocol);
        }

        return false;
    }

    private static bool Names(ReadOnlySpan<byte> extension, ReadOnlySpan<byte> protocol)
    {
        if (!TakeVector(ref extension, 2, out var names))
            return false;
        while (TakeVector(ref names, 1, out var name))
            if (name.SequenceEqual(protocol))
                return true;
        return false;
    }

    /// <summary>Bytes with their length before them, in one or two bytes.</summary>
    private static bool TakeVector(ref ReadOnlySpan<byte> rest, int lengthSize, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (rest.Length < lengthSize)
            return false;
        var length = lengthSize == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < lengthSize + length)
            return false;
        vector = rest.Slice(lengthSize, length);
        rest = rest[(lengthSize + length)..];
        return true;
    }
}
