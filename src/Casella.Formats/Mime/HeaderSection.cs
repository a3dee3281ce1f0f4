using System.Buffers;

namespace Casella.Formats.Mime;

/// <summary>Header fields as bytes: for FETCH BODY[HEADER.FIELDS (…)], SEARCH HEADER, submission's checks and trace fields.</summary>
public static class HeaderSection
{
    /// <summary>Offset of the first body byte: after the empty line, or the length when there is none.</summary>
    public static int EndOfHeader(ReadOnlySpan<byte> message) => throw new NotImplementedException();

    /// <summary>Copies the named fields in their order in the message, folded as they are, then the empty line
    /// (RFC 9051 §6.4.5.1 HEADER.FIELDS; <paramref name="not"/>: HEADER.FIELDS.NOT). Names compare without case.</summary>
    public static void Select(
        ReadOnlySpan<byte> header, IReadOnlyCollection<string> names, bool not, IBufferWriter<byte> output) =>
        throw new NotImplementedException();

    /// <summary>Each field as (name, raw value unfolded without the line end), in order.</summary>
    public static IEnumerable<HeaderField> Fields(ReadOnlyMemory<byte> header) => throw new NotImplementedException();
}

/// <summary>One header field: its name as sent, its unfolded raw value, and where it stands (offset and length with folding and
/// the final CRLF) in the header it was read from.</summary>
public readonly record struct HeaderField(string Name, ReadOnlyMemory<byte> Value, int Offset, int Length);
