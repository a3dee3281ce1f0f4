namespace Casella.Formats.Mime;

/// <summary>Finds the part that a section's numbers name (RFC 9051 §6.4.5.1). Asked by FETCH BODY[…].</summary>
public static class PartLocator
{
    /// <summary>The part, or null when there is none of these numbers. No numbers: the root.</summary>
    /// <param name="root">A message's structure.</param>
    /// <param name="section">Part numbers from the outside in, each at least 1.</param>
    public static BodyPart? Find(BodyPart root, ReadOnlySpan<int> section)
    {
        var part = root;
        // A message that is not a multipart has one part, number 1: its body. The same holds for the message inside a
        // message/rfc822 part.
        var isMessageBody = true;
        foreach (var number in section)
        {
            if (!isMessageBody && part.Kind == PartKind.Message)
                (part, isMessageBody) = (part.Children[0], true);
            if (part.Kind == PartKind.Multipart)
            {
                if (number < 1 || number > part.Children.Count)
                    return null;
                part = part.Children[number - 1];
            }
            else if (!isMessageBody || number != 1)
            {
                return null;
            }

            isMessageBody = false;
        }

        return part;
    }
}
