using System.Text;
using Casella.Formats.Mime;

namespace Casella.Formats.Signatures;

/// <summary>
/// The header of a message as signatures see it (RFC 6376 §3.4, §5.4.2): fields chosen by name from the bottom up, and
/// brought into a form that survives the way.
/// </summary>
public sealed class SignedHeader
{
    private readonly ReadOnlyMemory<byte> _header;

    private SignedHeader(ReadOnlyMemory<byte> header)
    {
        _header = header;
        Fields = [.. HeaderSection.Fields(header)];
    }

    public IReadOnlyList<HeaderField> Fields { get; }

    /// <param name="header">The header with its empty line, as it came.</param>
    public static SignedHeader Read(ReadOnlyMemory<byte> header) => new(header);

    /// <summary>How many fields have this name.</summary>
    public int Count(string name) => Fields.Count(field => Is(field, name));

    /// <summary>What a DKIM signature is made over: the named fields, then the signature's own without its b=.</summary>
    /// <param name="names">h=; a name that is there more often than its fields stands for nothing.</param>
    /// <param name="signature">The signature's field with its name, without its final CRLF or with it.</param>
    public byte[] SignedBytes(IReadOnlyList<string> names, ReadOnlySpan<byte> signature, bool isRelaxed)
    {
        using var bytes = new MemoryStream();
        var left = Fields.Count;
        var next = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var at = next.GetValueOrDefault(name, left) - 1;
            while (at >= 0 && !Is(Fields[at], name))
                at--;
            next[name] = Math.Max(at, 0);
            if (at >= 0)
                Write(bytes, Raw(Fields[at]), isRelaxed);
        }

        WriteLast(bytes, signature, isRelaxed);
        return bytes.ToArray();
    }

    /// <summary>What an ARC seal is made over (RFC 8617 §5.1.1): whole fields in their order, the last without its b=.</summary>
    public static byte[] SealedBytes(IReadOnlyList<ReadOnlyMemory<byte>> fields, ReadOnlySpan<byte> seal)
    {
        using var bytes = new MemoryStream();
        foreach (var field in fields)
            Write(bytes, field.Span, isRelaxed: true);
        WriteLast(bytes, seal, isRelaxed: true);
        return bytes.ToArray();
    }

    /// <summary>The field's own bytes, with name, folding and final CRLF.</summary>
    public ReadOnlySpan<byte> Raw(HeaderField field) => _header.Span.Slice(field.Offset, field.Length);

    public ReadOnlyMemory<byte> RawMemory(HeaderField field) => _header.Slice(field.Offset, field.Length);

    private static void WriteLast(MemoryStream bytes, ReadOnlySpan<byte> signature, bool isRelaxed)
    {
        Write(bytes, WithoutSignature(signature), isRelaxed);
        // RFC 6376 §3.7: the signature's own field has no CRLF.
        bytes.SetLength(bytes.Length - 2);
    }

    /// <summary>The field with an empty b= (RFC 6376 §3.5); everything else of it stays.</summary>
    private static byte[] WithoutSignature(ReadOnlySpan<byte> field)
    {
        var kept = new List<byte>(field.Length);
        var from = field.IndexOf((byte)':') + 1;
        kept.AddRange(field[..from]);
        while (from < field.Length)
        {
            var length = field[from..].IndexOf((byte)';');
            var tag = length < 0 ? field[from..] : field.Slice(from, length + 1);
            from += tag.Length;
            var equals = tag.IndexOf((byte)'=');
            if (equals < 0 || !tag[..equals].Trim(" \t\r\n"u8).SequenceEqual("b"u8))
                kept.AddRange(tag);
            else
            {
                kept.AddRange(tag[..(equals + 1)]);
                if (tag[^1] == ';')
                    kept.Add((byte)';');
            }
        }

        return [.. kept];
    }

    /// <summary>Simple: as it is (RFC 6376 §3.4.1). Relaxed: RFC 6376 §3.4.2.</summary>
    private static void Write(MemoryStream bytes, ReadOnlySpan<byte> field, bool isRelaxed)
    {
        if (!isRelaxed)
        {
            bytes.Write(field.TrimEnd("\r\n"u8));
            bytes.Write("\r\n"u8);
            return;
        }

        var colon = field.IndexOf((byte)':');
        bytes.Write(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(field[..colon].TrimEnd(" \t"u8)).ToLowerInvariant()));
        bytes.WriteByte((byte)':');
        var isSpace = false;
        foreach (var octet in field[(colon + 1)..].Trim(" \t\r\n"u8))
        {
            if (octet is (byte)'\r' or (byte)'\n')
                continue;
            if (octet is (byte)' ' or (byte)'\t')
            {
                isSpace = true;
                continue;
            }

            if (isSpace)
                bytes.WriteByte((byte)' ');
            isSpace = false;
            bytes.WriteByte(octet);
        }

        bytes.Write("\r\n"u8);
    }

    private static bool Is(HeaderField field, string name) => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase);
}
