using Casella.Core.Messages;
using Casella.Formats.Mime;

namespace Casella.Imap.Commands.Fetching;

/// <summary>Where a section stands in its message (RFC 9051 §6.4.5.1). Asked by FETCH and CATENATE.</summary>
internal static class SectionRange
{
    /// <summary>
    /// The octets of a section, or null when there is none. For HEADER.FIELDS the whole header that they are chosen
    /// from.
    /// </summary>
    /// <param name="structure">Not needed for sections of the message itself.</param>
    public static Partial? Of(MessageContent content, BodyPart? structure, BodySection section)
    {
        if (section.Part.Length == 0)
        {
            return section.Text switch
            {
                SectionText.All => new Partial(0, content.Size),
                SectionText.Text => new Partial(content.HeaderSize, content.Size - content.HeaderSize),
                _ => new Partial(0, content.HeaderSize),
            };
        }

        if (structure is null || PartLocator.Find(structure, section.Part) is not { } part)
            return null;
        return section.Text switch
        {
            SectionText.All => new Partial(part.BodyOffset, part.BodySize),
            SectionText.Mime => new Partial(part.HeaderOffset, part.BodyOffset - part.HeaderOffset),
            _ when part.Kind != PartKind.Message => null,
            // RFC 9051 §6.4.5.1: HEADER and TEXT of a part are those of the message inside it.
            SectionText.Text => Within(part, part.Children[0].BodyOffset, part.BodyOffset + part.BodySize),
            _ => Within(part, part.Children[0].HeaderOffset, part.Children[0].BodyOffset),
        };
    }

    /// <summary>RFC 9051 §6.4.5: a partial beyond the end is the empty string.</summary>
    public static Partial Cut(Partial whole, Partial? partial)
    {
        if (partial is not { } asked)
            return whole;
        var skipped = Math.Min(asked.Offset, whole.Count);
        return new Partial(whole.Offset + skipped, Math.Min(asked.Count, whole.Count - skipped));
    }

    private static Partial Within(BodyPart part, long from, long to)
    {
        to = Math.Min(to, part.BodyOffset + part.BodySize);
        return new Partial(from, Math.Max(0, to - from));
    }
}
