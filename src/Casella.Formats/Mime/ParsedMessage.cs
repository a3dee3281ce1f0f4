namespace Casella.Formats.Mime;

/// <summary>
/// Everything Casella computes of a message once, when it is stored: Core asks <see cref="MessageParser"/> for it in
/// Append and the store keeps it in <see cref="CompactForm"/>, so that listing a mailbox never opens a body.
/// </summary>
/// <param name="Size">Bytes of the whole message (RFC822.SIZE).</param>
/// <param name="HeaderSize">Bytes of the top header including its empty line; equals Size when there is no
/// body.</param>
/// <param name="Envelope">The ENVELOPE.</param>
/// <param name="Root">The BODYSTRUCTURE's root.</param>
/// <param name="Preview">First words of the text for people: at most 200 Unicode characters (RFC 8970 §3.1), white
/// space folded, HTML reduced to text; empty when the message has no text.</param>
/// <param name="SentAt">The Date field as a point in time with its offset; null when absent or not a date.</param>
/// <param name="MessageId">Message-ID without angle brackets, or null.</param>
/// <param name="References">Ids of References, then In-Reply-To, without brackets, in order, no duplicates, at most
/// 100.</param>
/// <param name="BaseSubject">Subject without Re:/Fwd:/R:/I: and blobs (RFC 5256 §2.1), decoded, for threading.</param>
/// <param name="HasAttachments">True when some leaf is an attachment for people (disposition attachment, or named
/// non-text).</param>
public sealed record ParsedMessage(
    long Size,
    int HeaderSize,
    Envelope Envelope,
    BodyPart Root,
    string Preview,
    DateTimeOffset? SentAt,
    string? MessageId,
    IReadOnlyList<string> References,
    string BaseSubject,
    bool HasAttachments)
{
    /// <summary>
    /// The same for the message with a header of another length, whose fields that are shown here are the same.
    /// </summary>
    public ParsedMessage WithHeaderOf(int size)
    {
        var by = size - HeaderSize;
        return this with { Size = Size + by, HeaderSize = size, Root = Root.MovedBy(by) with { HeaderOffset = Root.HeaderOffset } };
    }
}
