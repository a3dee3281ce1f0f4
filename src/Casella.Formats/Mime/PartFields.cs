using System.Buffers;
using System.Text;
using MimeKit;

namespace Casella.Formats.Mime;

/// <summary>
/// What a part's own header says of it (RFC 2045 §5, §6, §7; RFC 2183; RFC 3282; RFC 2557): the fields of
/// BODYSTRUCTURE.
/// </summary>
internal static class PartFields
{
    private static readonly ReadOnlyMemory<byte> SevenBit = "7BIT"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Text = "text"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Plain = "plain"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Application = "application"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> OctetStream = "octet-stream"u8.ToArray();

    // RFC 2045 §5.1: token.
    private static readonly SearchValues<byte> TokenOctets =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    // RFC 2045 §5.2.
    private static readonly PartParameter[] DefaultCharset = [new("charset"u8.ToArray(), "us-ascii"u8.ToArray())];

    /// <param name="kind">What the reader took the part for.</param>
    /// <param name="contentType">The reader's type, which knows the default of multipart/digest.</param>
    /// <param name="fields">The part's own header.</param>
    public static BodyPart Read(PartKind kind, ContentType contentType, List<HeaderField> fields)
    {
        var part = new BodyPart
        {
            Kind = kind,
            MediaType = Text,
            MediaSubtype = Plain,
            Parameters = DefaultCharset,
            Encoding = SevenBit,
            HeaderOffset = 0,
            BodyOffset = 0,
            BodySize = 0,
        };
        var typed = false;
        foreach (var field in fields)
        {
            if (!field.Name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!typed && string.Equals(field.Name, "Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                typed = true;
                part = WithType(part, ParameterizedField.Parse(field.Value.Span));
            }
            else
            {
                part = WithField(part, field);
            }
        }

        if (!typed && kind == PartKind.Message)
            part = part with { MediaType = Encoding.ASCII.GetBytes(contentType.MediaType), MediaSubtype = Encoding.ASCII.GetBytes(contentType.MediaSubtype), Parameters = [] };
        // Where the reader stopped descending, the type must not promise a structure that is not there.
        return kind == PartKind.Leaf && IsComposite(part) ? AsOpaque(part) : part;
    }

    public static BodyPart AsText(BodyPart part) =>
        part with { Kind = PartKind.Leaf, MediaType = Text, MediaSubtype = Plain, Parameters = DefaultCharset, Children = [], Envelope = null };

    public static BodyPart AsOpaque(BodyPart part) => part with
    {
        Kind = PartKind.Leaf,
        MediaType = Application,
        MediaSubtype = OctetStream,
        Parameters = [],
        Children = [],
        Envelope = null,
    };

    public static bool IsText(BodyPart part) => part.Kind == PartKind.Leaf && Ascii.EqualsIgnoreCase(part.MediaType.Span, "text"u8);

    public static bool IsHtml(BodyPart part) => IsText(part) && Ascii.EqualsIgnoreCase(part.MediaSubtype.Span, "html"u8);

    public static bool IsAttachment(BodyPart part) =>
        part.Disposition is { } disposition && Ascii.EqualsIgnoreCase(disposition.Span, "attachment"u8);

    /// <summary>A parameter's value, or null.</summary>
    public static ReadOnlyMemory<byte>? Find(IReadOnlyList<PartParameter> parameters, string name)
    {
        foreach (var parameter in parameters)
        {
            if (Ascii.EqualsIgnoreCase(parameter.Name.Span, name))
                return parameter.Value;
        }

        return null;
    }

    /// <summary>RFC 9051 §9 media-message: a part that has an ENVELOPE.</summary>
    public static bool IsMessage(BodyPart part) => Ascii.EqualsIgnoreCase(part.MediaType.Span, "message"u8)
        && (Ascii.EqualsIgnoreCase(part.MediaSubtype.Span, "rfc822"u8) || Ascii.EqualsIgnoreCase(part.MediaSubtype.Span, "global"u8));

    private static bool IsComposite(BodyPart part) => Ascii.EqualsIgnoreCase(part.MediaType.Span, "multipart"u8) || IsMessage(part);

    /// <summary>RFC 2045 §5.2: a type that cannot be read counts as text/plain.</summary>
    private static BodyPart WithType(BodyPart part, ParameterizedField field)
    {
        var slash = field.Value.Span.IndexOf((byte)'/');
        if (slash <= 0 || slash == field.Value.Length - 1)
            return part;
        var (type, subtype) = (field.Value[..slash], field.Value[(slash + 1)..]);
        type = type[..type.Span.TrimEnd(" \t"u8).Length];
        subtype = Token(subtype[^subtype.Span.TrimStart(" \t"u8).Length..]);
        if (subtype.IsEmpty || Token(type).Length < type.Length)
            return part;
        var isPlain = Ascii.EqualsIgnoreCase(type.Span, "text"u8) && Ascii.EqualsIgnoreCase(subtype.Span, "plain"u8);
        return part with
        {
            MediaType = type,
            MediaSubtype = subtype,
            Parameters = field.Parameters.Count == 0 && isPlain ? DefaultCharset : [.. field.Parameters.Select(Charset)],
        };
    }

    /// <summary>"text/plain charset=utf-8", and other types that do not end where they should.</summary>
    private static ReadOnlyMemory<byte> Token(ReadOnlyMemory<byte> text)
    {
        var end = text.Span.IndexOfAnyExcept(TokenOctets);
        return end < 0 ? text : text[..end];
    }

    /// <summary>A charset has no blanks: what stands behind one ("utf-8 format=flowed") is not its name.</summary>
    private static PartParameter Charset(PartParameter parameter) =>
        Ascii.EqualsIgnoreCase(parameter.Name.Span, "charset"u8) && parameter.Value.Span.IndexOf((byte)' ') is > 0 and var end
            ? parameter with { Value = parameter.Value[..end] }
            : parameter;

    private static BodyPart WithField(BodyPart part, HeaderField field)
    {
        switch (field.Name.ToUpperInvariant())
        {
            case "CONTENT-TRANSFER-ENCODING":
                var encoding = ParameterizedField.Parse(field.Value.Span).Value;
                if (encoding.Span is [(byte)'"', .., (byte)'"'])
                    encoding = encoding[1..^1];
                return encoding.IsEmpty ? part : part with { Encoding = encoding };
            case "CONTENT-ID":
                return part with { ContentId = field.Value };
            case "CONTENT-DESCRIPTION":
                return part with { Description = field.Value };
            case "CONTENT-MD5":
                return part with { Md5 = field.Value };
            case "CONTENT-LOCATION":
                return part with { Location = field.Value };
            case "CONTENT-LANGUAGE":
                return part with { Languages = Languages(field.Value) };
            case "CONTENT-DISPOSITION":
                var disposition = ParameterizedField.Parse(field.Value.Span);
                return disposition.Value.IsEmpty
                    ? part
                    : part with { Disposition = disposition.Value, DispositionParameters = disposition.Parameters };
            default:
                return part;
        }
    }

    private static List<ReadOnlyMemory<byte>> Languages(ReadOnlyMemory<byte> value)
    {
        var languages = new List<ReadOnlyMemory<byte>>();
        foreach (var range in value.Span.Split((byte)','))
        {
            var tag = value.Span[range].Trim(" \t"u8);
            if (!tag.IsEmpty && languages.Count < ParameterizedField.MaxParameters)
                languages.Add(tag.ToArray());
        }

        return languages;
    }
}
