using System.Text;

namespace Casella.Formats.Mime;

/// <summary>
/// A message's structure as a person sees it: what is read, and what hangs on it. Made of the stored structure, so no
/// body is opened for it. Used by the webmail.
/// </summary>
/// <param name="Body">What is read, in its order; several where programs have put an attachment between two texts.</param>
/// <param name="Attachments">Everything else, also pictures that the HTML shows inside itself.</param>
public sealed record MessageParts(IReadOnlyList<BodyPiece> Body, IReadOnlyList<AttachedPart> Attachments)
{
    public bool HasHtml => Body.Any(piece => piece.Html is not null);

    public static MessageParts Of(BodyPart root)
    {
        var (body, attachments) = (new List<BodyPiece>(), new List<AttachedPart>());
        Collect(root, body, attachments);
        return new MessageParts(body, attachments);
    }

    // The depth of a structure is limited where it is made.
    private static void Collect(BodyPart part, List<BodyPiece> body, List<AttachedPart> attachments)
    {
        if (part.Kind == PartKind.Multipart && Ascii.EqualsIgnoreCase(part.MediaSubtype.Span, "alternative"u8))
            CollectAlternative(part, body, attachments);
        else if (part.Kind == PartKind.Multipart)
            foreach (var child in part.Children)
                Collect(child, body, attachments);
        else if (IsRead(part))
            body.Add(PartFields.IsHtml(part) ? new BodyPiece(null, part) : new BodyPiece(part, null));
        else
            attachments.Add(AttachedPart.Of(part));
    }

    /// <summary>RFC 2046 §5.1.4: the same thing in several forms, the richest last.</summary>
    private static void CollectAlternative(BodyPart part, List<BodyPiece> body, List<AttachedPart> attachments)
    {
        var forms = new List<BodyPiece>();
        foreach (var child in part.Children)
            Collect(child, forms, attachments);
        var (plain, html) = (forms.Find(form => form.Plain is not null)?.Plain, forms.FindLast(form => form.Html is not null)?.Html);
        if (plain is not null || html is not null)
            body.Add(new BodyPiece(plain, html));
    }

    /// <summary>The headers that a report brings back (RFC 6522 §4) are text by name, and nothing that anybody reads.</summary>
    private static bool IsRead(BodyPart part) =>
        PartFields.IsText(part) && !PartFields.IsAttachment(part) && !Ascii.EqualsIgnoreCase(part.MediaSubtype.Span, "rfc822-headers"u8)
        && (PartFields.IsHtml(part) || Ascii.EqualsIgnoreCase(part.MediaSubtype.Span, "plain"u8) || AttachedPart.NameOf(part) is null);
}

/// <summary>One text, in one form or two.</summary>
public sealed record BodyPiece(BodyPart? Plain, BodyPart? Html);

/// <param name="Name">As the sender called it, or null; never a path.</param>
/// <param name="MediaType">In small letters: "application/pdf".</param>
/// <param name="ContentId">Without brackets; by it HTML shows a picture (RFC 2392).</param>
public sealed record AttachedPart(BodyPart Part, string? Name, string MediaType, string? ContentId)
{
    private const int MaxName = 200;

    /// <summary>Bytes when decoded, as far as can be told without opening it.</summary>
    public long Size => Ascii.EqualsIgnoreCase(Part.Encoding.Span, "base64"u8) ? Part.BodySize * 57 / 78 : Part.BodySize;

    public bool IsImage => MediaType.StartsWith("image/", StringComparison.Ordinal);

    internal static AttachedPart Of(BodyPart part)
    {
        var type = $"{Encoding.ASCII.GetString(part.MediaType.Span)}/{Encoding.ASCII.GetString(part.MediaSubtype.Span)}".ToLowerInvariant();
        var id = part.ContentId is { } field ? MessageIds.First(field.Span) : null;
        return new AttachedPart(part, NameOf(part) ?? SubjectOf(part), type, id);
    }

    internal static string? NameOf(BodyPart part)
    {
        var value = PartFields.Find(part.DispositionParameters, "filename") ?? PartFields.Find(part.Parameters, "name");
        return value is { Length: > 0 } name ? Clean(DecodedText.Header(name.Span)) : null;
    }

    private static string? SubjectOf(BodyPart part) =>
        part is { Kind: PartKind.Message, Envelope.Subject: { } subject } ? Clean($"{DecodedText.Header(subject.Span)}.eml") : null;

    /// <summary>
    /// A name is shown and saved: no path, no line, nothing that turns the writing ("exe.fdp"), nothing too long.
    /// </summary>
    private static string? Clean(string name)
    {
        var clean = new StringBuilder();
        var start = Math.Max(name.LastIndexOf('/'), name.LastIndexOf('\\')) + 1;
        foreach (var rune in name[start..].EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator))
                clean.Append(Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune);
        var text = clean.ToString().Trim(' ', '.');
        if (text.Length <= MaxName)
            return text.Length == 0 ? null : text;
        // The end says what it is.
        var dot = text.LastIndexOf('.');
        var ending = dot > 0 && text.Length - dot <= 10 ? text[dot..] : "";
        return string.Concat(text.AsSpan(0, MaxName - ending.Length), ending);
    }
}
