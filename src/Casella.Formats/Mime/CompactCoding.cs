using System.Buffers;

namespace Casella.Formats.Mime;

/// <summary>
/// Writes octets, numbers of seven bits an octet, and octet strings with their length plus one before them (0 is none).
/// </summary>
internal sealed class CompactWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    public void Bytes(ReadOnlyMemory<byte>? value)
    {
        Number(value is { } present ? (ulong)present.Length + 1 : 0);
        if (value is { } bytes)
            _buffer.Write(bytes.Span);
    }
}

/// <summary>
/// Reads what <see cref="CompactWriter"/> wrote, trusting nothing: every length is checked against what is left.
/// </summary>
internal ref struct CompactReader(ReadOnlyMemory<byte> form)
{
    private const ulong MaxOffset = 1UL << 56;

    private readonly ReadOnlySpan<byte> _span = form.Span;
    private int _at;

    private readonly int Left => _span.Length - _at;

    public void Expect(byte version)
    {
        if (Byte() != version)
            throw new FormatException("The form is of another version.");
    }

    public readonly void ExpectEnd()
    {
        if (Left != 0)
            throw new FormatException("The form has more than it says.");
    }

    public byte Byte() => Left > 0 ? _span[_at++] : throw Damaged();

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var octet = Byte();
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return value;
        }

        throw Damaged();
    }

    /// <summary>A place in a message or a size of one; two of them can be added.</summary>
    public long Offset()
    {
        var value = Number();
        return value <= MaxOffset ? (long)value : throw Damaged();
    }

    /// <summary>A number of things that need at least so many octets each.</summary>
    public int Count(int minOctetsEach)
    {
        var count = Number();
        return count <= (ulong)(Left / minOctetsEach) ? (int)count : throw Damaged();
    }

    public ReadOnlyMemory<byte> Bytes() => OptionalBytes() ?? throw Damaged();

    public ReadOnlyMemory<byte>? OptionalBytes()
    {
        var length = Number();
        if (length == 0)
            return null;
        if (length - 1 > (ulong)Left)
            throw Damaged();
        var bytes = form.Slice(_at, (int)(length - 1));
        _at += bytes.Length;
        return bytes;
    }

    private static FormatException Damaged() => new("The form is damaged.");
}
