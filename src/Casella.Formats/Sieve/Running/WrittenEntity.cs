using System.Text;
using Casella.Formats.Mime;
using MimeKit;

namespace Casella.Formats.Sieve.Running;

/// <summary>A MIME entity that a script has written (RFC 5703 §5): header with its empty line, and body; seven bits.</summary>
internal sealed record WrittenEntity(ReadOnlyMemory<byte> Header, ReadOnlyMemory<byte> Body)
{
    private static readonly ParserOptions Shallow = new() { MaxMimeDepth = 16 };

    /// <summary>RFC 2045 §2.4: at least one field, or the empty line that says there are none.</summary>
    public static bool IsEntity(string text) =>
        text.StartsWith("\r\n", StringComparison.Ordinal) || HeaderSection.Fields(Encoding.UTF8.GetBytes(text)).Any();

    /// <summary>Text for people, in a form in which no line of it can be taken for a boundary.</summary>
    public static WrittenEntity Of(string text)
    {
        var lines = text.ReplaceLineEndings("\r\n");
        var part = new TextPart("plain") { Text = lines };
        part.ContentTransferEncoding = lines.StartsWith("--", StringComparison.Ordinal) || lines.Contains("\n--", StringComparison.Ordinal)
            ? ContentEncoding.Base64
            : ContentEncoding.QuotedPrintable;
        if (System.Text.Ascii.IsValid(lines) && part.ContentTransferEncoding is ContentEncoding.QuotedPrintable)
            part.ContentTransferEncoding = part.GetBestEncoding(EncodingConstraint.SevenBit, 998);
        return Of(part);
    }

    /// <summary>An entity with its header, as the author of the script has written it; null for what is none.</summary>
    public static WrittenEntity? OfMime(string entity)
    {
        if (!IsEntity(entity))
            return null;
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(entity.ReplaceLineEndings("\r\n")), writable: false);
        try
        {
            var read = MimeEntity.Load(Shallow, text, persistent: false);
            read.Prepare(EncodingConstraint.SevenBit, 998);
            return Of(read);
        }
        catch (FormatException)
        {
            // The reader's rules are stricter than ours.
            return null;
        }
    }

    public int Size => Header.Length + Body.Length;

    /// <summary>Whether a line of it would end a part around it (RFC 2046 §5.1.1).</summary>
    public bool Ends(ReadOnlySpan<byte> boundary)
    {
        ReadOnlySpan<byte> mark = [(byte)'-', (byte)'-', .. boundary];
        foreach (var line in Body.Span.Split((byte)'\n'))
            if (Body.Span[line].StartsWith(mark))
                return true;
        return false;
    }

    private static WrittenEntity Of(MimeEntity entity)
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        using var output = new MemoryStream();
        entity.WriteTo(options, output);
        ReadOnlyMemory<byte> bytes = output.ToArray();
        var end = HeaderSection.EndOfHeader(bytes.Span);
        var fields = HeaderSection.Fields(bytes[..end]).Where(field => field.Name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            .Select(field => new RunningField(field.Name, field.Value, bytes.Slice(field.Offset, field.Length)));
        return new WrittenEntity(RunningMessage.Write(fields), bytes[end..]);
    }
}
