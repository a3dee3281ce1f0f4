namespace Casella.Formats.Mime;

/// <summary>
/// Reads a message once from its first to its last byte and tells all that <see cref="ParsedMessage"/> holds. Called by
/// Core when a message is appended or delivered. Total on any input: broken MIME gives an opaque part, never an
/// exception.
/// </summary>
public static class MessageParser
{
    /// <summary>Parses a whole message.</summary>
    /// <param name="content">Seekable or not; read from its current position to its end.</param>
    public static ParsedMessage Parse(Stream content)
    {
        var sample = new TextSample();
        using var head = new HeadStream(content);
        BodyPart root;
        IReadOnlyList<HeaderField> fields;
        try
        {
            var reader = new StructureReader(head, sample);
            reader.ReadMessage(CancellationToken.None);
            (root, fields) = (reader.Root ?? throw new FormatException("No part was found."), reader.TopFields);
        }
        catch (Exception broken) when (broken is FormatException or TooManyPartsException)
        {
            fields = [.. HeaderSection.Fields(head.Head[..HeaderSection.EndOfHeader(head.Head.Span)])];
            root = Opaque(head, fields);
        }

        return Describe(root, fields, head.ReadToEnd(), sample);
    }

    /// <summary>
    /// A message whose header does not begin as one, or that has no end of parts: its header as far as it goes, and a
    /// body that is only bytes.
    /// </summary>
    private static BodyPart Opaque(HeadStream head, IReadOnlyList<HeaderField> fields)
    {
        var bodyOffset = HeaderSection.EndOfHeader(head.Head.Span);
        var part = PartFields.Read(PartKind.Leaf, new MimeKit.ContentType("text", "plain"), [.. fields]);
        return part with { BodyOffset = bodyOffset, BodySize = head.ReadToEnd() - bodyOffset, Lines = head.Lines - head.Head.Span[..bodyOffset].Count((byte)'\n') };
    }

    private static ParsedMessage Describe(BodyPart root, IReadOnlyList<HeaderField> fields, long size, TextSample sample)
    {
        var envelope = EnvelopeReader.Read(fields);
        return new ParsedMessage(
            size,
            (int)Math.Min(root.BodyOffset, int.MaxValue),
            envelope,
            root,
            Preview.Of(sample.Read()),
            envelope.Date is { } date && MessageDate.TryParse(date.Span, out var sentAt) ? sentAt : null,
            envelope.MessageId is { } id ? MessageIds.First(id.Span) : null,
            MessageIds.Related(fields),
            envelope.Subject is { } subject ? BaseSubject.Of(DecodedText.Header(subject.Span)) : "",
            HasAttachments(root));
    }

    /// <summary>
    /// Walked with a stack of its own: a structure is at most 100 deep, but nothing here should depend on it.
    /// </summary>
    private static bool HasAttachments(BodyPart root)
    {
        var open = new Stack<BodyPart>([root]);
        while (open.TryPop(out var part))
        {
            if (PartFields.IsAttachment(part) || (part.Kind == PartKind.Leaf && !PartFields.IsText(part) && IsNamed(part)))
                return true;
            if (part.Kind == PartKind.Message)
                return true;
            foreach (var child in part.Children)
                open.Push(child);
        }

        return false;
    }

    private static bool IsNamed(BodyPart part) =>
        PartFields.Find(part.Parameters, "name") is not null || PartFields.Find(part.DispositionParameters, "filename") is not null;
}
