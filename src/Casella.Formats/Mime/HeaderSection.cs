using System.Buffers;
using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// Header fields as bytes: for FETCH BODY[HEADER.FIELDS (…)], SEARCH HEADER, submission's checks and trace fields.
/// </summary>
public static class HeaderSection
{
    /// <summary>The header without some of its fields; the same bytes when it has none of them.</summary>
    /// <param name="header">With its empty line.</param>
    public static ReadOnlyMemory<byte> Without(ReadOnlyMemory<byte> header, Func<HeaderField, bool> isUnwanted)
    {
        MemoryStream? kept = null;
        var at = 0;
        foreach (var field in Fields(header))
        {
            if (!isUnwanted(field))
                continue;
            kept ??= new MemoryStream(header.Length);
            kept.Write(header.Span[at..field.Offset]);
            at = field.Offset + field.Length;
        }

        if (kept is null)
            return header;
        kept.Write(header.Span[at..]);
        return kept.ToArray();
    }

    /// <summary>Offset of the first body byte: after the empty line, or the length when there is none.</summary>
    public static int EndOfHeader(ReadOnlySpan<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var length = message[at..].IndexOf((byte)'\n');
            if (length < 0)
                break;
            var isEmpty = length == 0 || (length == 1 && message[at] == '\r');
            at += length + 1;
            if (isEmpty)
                return at;
        }

        return message.Length;
    }

    /// <summary>
    /// Copies the named fields in their order in the message, folded as they are, then the empty line
    /// (RFC 9051 §6.4.5.1 HEADER.FIELDS; <paramref name="not"/>: HEADER.FIELDS.NOT). Names compare without case.
    /// </summary>
    public static void Select(
        ReadOnlySpan<byte> header, IReadOnlyCollection<string> names, bool not, IBufferWriter<byte> output)
    {
        var at = 0;
        while (NextField(header, at) is { Length: > 0 } field)
        {
            at = field.Offset + field.Length;
            if (IsNamed(header.Slice(field.Offset, field.NameLength), names) == not)
                continue;
            var bytes = header.Slice(field.Offset, field.Length);
            output.Write(bytes);
            if (bytes[^1] != '\n')
                output.Write("\r\n"u8);
        }

        output.Write("\r\n"u8);
    }

    /// <summary>Each field as (name, raw value unfolded without the line end), in order.</summary>
    public static IEnumerable<HeaderField> Fields(ReadOnlyMemory<byte> header)
    {
        var at = 0;
        while (NextField(header.Span, at) is { Length: > 0 } field)
        {
            at = field.Offset + field.Length;
            var value = header.Slice(field.ValueOffset, at - field.ValueOffset);
            yield return new HeaderField(
                Encoding.ASCII.GetString(header.Span.Slice(field.Offset, field.NameLength)), Unfold(value), field.Offset, field.Length);
        }
    }

    /// <summary>
    /// RFC 5322 §2.2.3: line ends go, the white space after them stays; white space around the whole goes too. Copies
    /// only what is folded.
    /// </summary>
    internal static ReadOnlyMemory<byte> Unfold(ReadOnlyMemory<byte> value)
    {
        value = value[..value.Span.TrimEnd(" \t\r\n"u8).Length];
        value = value[^value.Span.TrimStart(" \t\r\n"u8).Length..];
        if (value.Span.IndexOfAny((byte)'\r', (byte)'\n') < 0)
            return value;
        var unfolded = new byte[value.Length];
        var length = 0;
        foreach (var octet in value.Span)
        {
            if (octet is not ((byte)'\r' or (byte)'\n'))
                unfolded[length++] = octet;
        }

        return unfolded.AsMemory(0, length);
    }

    /// <summary>
    /// The next line that is a field, with its continuation lines; lines that are none are passed over. Length 0 at the
    /// header's end.
    /// </summary>
    private static FieldPlace NextField(ReadOnlySpan<byte> header, int at)
    {
        while (at < header.Length)
        {
            var end = EndOfLine(header, at);
            var nameLength = NameLength(header[at..end]);
            if (nameLength == 0)
            {
                if (header[at..end].TrimEnd("\r\n"u8).IsEmpty)
                    return default;
                at = end;
                continue;
            }

            var colon = at + header[at..end].IndexOf((byte)':');
            while (end < header.Length && header[end] is (byte)' ' or (byte)'\t')
                end = EndOfLine(header, end);
            return new FieldPlace(at, end - at, nameLength, colon + 1);
        }

        return default;
    }

    private static int EndOfLine(ReadOnlySpan<byte> header, int at)
    {
        var length = header[at..].IndexOf((byte)'\n');
        return length < 0 ? header.Length : at + length + 1;
    }

    /// <summary>
    /// RFC 5322 §2.2: printable ASCII before a colon; §4.5.8 lets white space stand between them. 0 when the line is no
    /// field.
    /// </summary>
    private static int NameLength(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
            return 0;
        var name = line[..colon].TrimEnd(" \t"u8);
        return name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 ? name.Length : 0;
    }

    private static bool IsNamed(ReadOnlySpan<byte> name, IReadOnlyCollection<string> names)
    {
        foreach (var wanted in names)
        {
            if (Ascii.EqualsIgnoreCase(name, wanted))
                return true;
        }

        return false;
    }

    private readonly record struct FieldPlace(int Offset, int Length, int NameLength, int ValueOffset);
}

/// <summary>
/// One header field: its name as sent, its unfolded raw value, and where it stands (offset and length with folding and
/// the final CRLF) in the header it was read from.
/// </summary>
public readonly record struct HeaderField(string Name, ReadOnlyMemory<byte> Value, int Offset, int Length);
