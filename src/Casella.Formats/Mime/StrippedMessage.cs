using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// A message without its attachments: in the place of each stands a line that names it. What is read, and the rest of the
/// header, stay byte for byte. Pure: says which bytes to take and what to write between them.
/// </summary>
public static class StrippedMessage
{
    /// <summary>Less is not worth a changed message.</summary>
    public const long SizeAtLeast = 10 * 1024;

    /// <summary>What would go; nothing for a message that is one attachment as a whole.</summary>
    public static IReadOnlyList<AttachedPart> Removable(BodyPart root) => root.Kind is not PartKind.Multipart
        ? []
        : [.. MessageParts.Of(root).Attachments.Where(attachment => attachment.Part.BodySize >= SizeAtLeast).OrderBy(attachment => attachment.Part.HeaderOffset)];

    /// <summary>The new message, piece by piece.</summary>
    /// <param name="size">Octets of the whole message.</param>
    /// <param name="wordsFor">The line for one attachment, in the mailbox's language.</param>
    public static IReadOnlyList<MessagePiece> Pieces(BodyPart root, long size, Func<AttachedPart, string> wordsFor)
    {
        var (pieces, at) = (new List<MessagePiece>(), 0L);
        foreach (var attachment in Removable(root))
        {
            pieces.Add(new MessagePiece(at, attachment.Part.HeaderOffset - at, ReadOnlyMemory<byte>.Empty));
            pieces.Add(new MessagePiece(0, 0, Instead(wordsFor(attachment))));
            at = attachment.Part.BodyOffset + attachment.Part.BodySize;
        }

        pieces.Add(new MessagePiece(at, size - at, ReadOnlyMemory<byte>.Empty));
        return pieces;
    }

    private static byte[] Instead(string words) => Encoding.UTF8.GetBytes(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\n"
        + Convert.ToBase64String(Encoding.UTF8.GetBytes(words), Base64FormattingOptions.InsertLineBreaks));
}

/// <summary>Bytes of the message as it was, or bytes of our own.</summary>
public readonly record struct MessagePiece(long Offset, long Count, ReadOnlyMemory<byte> Own);
