namespace Casella.Formats.Mime;

/// <summary>How a body part contains others.</summary>
public enum PartKind : byte
{
    /// <summary>Text, image, attachment: no parts inside.</summary>
    Leaf = 0,
    /// <summary>multipart/*: <see cref="BodyPart.Children"/>.</summary>
    Multipart = 1,
    /// <summary>
    /// message/rfc822 or message/global: <see cref="BodyPart.Envelope"/> and one child, the message's body.
    /// </summary>
    Message = 2,
}

/// <summary>
/// One node of a message's MIME structure (RFC 9051 §7.5.2 BODYSTRUCTURE) with its byte offsets in the stored message,
/// so that FETCH BODY[2.1] is one range read. Offsets count from the first byte of the whole message; text values are
/// raw bytes.
/// </summary>
public sealed record BodyPart
{
    public required PartKind Kind { get; init; }

    /// <summary>
    /// Media type, upper or lower case as sent ("text"); never empty: RFC 2045 §5.2's default is filled in.
    /// </summary>
    public required ReadOnlyMemory<byte> MediaType { get; init; }
    public required ReadOnlyMemory<byte> MediaSubtype { get; init; }
    public IReadOnlyList<PartParameter> Parameters { get; init; } = [];
    public ReadOnlyMemory<byte>? ContentId { get; init; }
    public ReadOnlyMemory<byte>? Description { get; init; }

    /// <summary>Content-Transfer-Encoding as sent; "7BIT" when absent.</summary>
    public required ReadOnlyMemory<byte> Encoding { get; init; }
    public ReadOnlyMemory<byte>? Md5 { get; init; }
    public ReadOnlyMemory<byte>? Disposition { get; init; }
    public IReadOnlyList<PartParameter> DispositionParameters { get; init; } = [];
    public IReadOnlyList<ReadOnlyMemory<byte>> Languages { get; init; } = [];
    public ReadOnlyMemory<byte>? Location { get; init; }

    /// <summary>First byte of the part's own MIME header (for the root: 0).</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>First byte after the header's empty line.</summary>
    public required long BodyOffset { get; init; }

    /// <summary>Bytes of the body as transferred (RFC822 octets, encoding not undone).</summary>
    public required long BodySize { get; init; }

    /// <summary>Lines of the body as transferred; for text and message parts (RFC 9051 §7.5.2).</summary>
    public long Lines { get; init; }

    /// <summary>Parts of a multipart in order; for a message part exactly one: the embedded message's body, whose
    /// HeaderOffset/BodyOffset are the embedded message's header and body.</summary>
    public IReadOnlyList<BodyPart> Children { get; init; } = [];

    /// <summary>Envelope of an embedded message; null for other kinds.</summary>
    public Envelope? Envelope { get; init; }

    /// <summary>The same part so many bytes further on.</summary>
    internal BodyPart MovedBy(long bytes) => this with
    {
        HeaderOffset = HeaderOffset + bytes,
        BodyOffset = BodyOffset + bytes,
        Children = [.. Children.Select(child => child.MovedBy(bytes))],
    };
}

/// <summary>
/// One parameter of Content-Type or Content-Disposition, RFC 2231 continuations joined and kept encoded only where the
/// charset is not US-ASCII/UTF-8 (then Value is raw UTF-8).
/// </summary>
public readonly record struct PartParameter(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value);
