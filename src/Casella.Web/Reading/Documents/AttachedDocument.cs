using Casella.Core;
using Casella.Formats.Documents;
using Casella.Formats.Mime;

namespace Casella.Web.Reading.Documents;

/// <summary>An attachment as a page that can be read. Display only: what it says is text to the page, whatever it is.</summary>
internal abstract record AttachedDocument(string Name)
{
    /// <summary>Of the file itself.</summary>
    public string Download { get; init; } = "";

    public sealed record Picture(string Name, string Path) : AttachedDocument(Name);

    public sealed record Words(string Name, string Text) : AttachedDocument(Name);

    /// <summary>A message inside the message, with what hangs on it.</summary>
    public sealed record Mail(string Name, Envelope Envelope, string Subject, string Text, IReadOnlyList<MailFile> Attached) : AttachedDocument(Name);

    public sealed record Calendar(string Name, CalendarFile File) : AttachedDocument(Name);

    public sealed record Bill(string Name, Invoice Invoice) : AttachedDocument(Name);

    public sealed record Certified(string Name, CertifiedMail Facts) : AttachedDocument(Name);

    /// <summary>winmail.dat.</summary>
    public sealed record Files(string Name, TnefFile File) : AttachedDocument(Name);

    /// <param name="Inner">What was signed, where it can be shown.</param>
    public sealed record Signed(string Name, SignedFile File, AttachedDocument? Inner) : AttachedDocument(Name);

    /// <summary>It is not what its name says, or too large.</summary>
    public sealed record Unreadable(string Name) : AttachedDocument(Name);
}

/// <param name="Shown">Null where it can only be downloaded.</param>
internal sealed record MailFile(string Name, long Size, AttachedDocument? Shown);

/// <summary>A file with its bytes, taken out of an attachment.</summary>
internal sealed record InnerFile(string Name, string MediaType, ReadOnlyMemory<byte> Data);

/// <summary>What kinds of attachments can be shown, and how.</summary>
internal static class AttachedDocuments
{
    /// <summary>Octets; a larger file is for a program.</summary>
    private const long SizeAtMost = 12 * 1024 * 1024;

    private const int TextAtMost = 200_000;

    /// <summary>A signed invoice on a message in a PEC envelope is the third.</summary>
    private const int DepthAtMost = 4;

    private static readonly string[] TextEndings = [".txt", ".csv", ".log", ".md", ".xml", ".json", ".vcf", ".ini"];

    /// <summary>Shown in our page.</summary>
    public static bool IsShown(AttachedPart part) => part.Size <= SizeAtMost && KindOf(part.Name ?? "", part.MediaType) is not Kind.None;

    /// <summary>The browser itself shows it, in a page of its own.</summary>
    public static bool IsForBrowser(AttachedPart part) => part.MediaType is "application/pdf" || Ends(part.Name ?? "", ".pdf");

    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    public static async Task<AttachedDocument> OpenAsync(StoredMail mail, int index, CancellationToken cancellationToken)
    {
        var part = mail.Parts.Attachments[index];
        var (name, path) = (part.Name ?? "", MailEndpoints.PartPath(mail.Account.Id, mail.Email, index));
        if (part.IsImage)
            return new AttachedDocument.Picture(name, $"{path}?view=true") { Download = path };
        var document = part.Size > SizeAtMost ? null : Read(name, part.MediaType, await mail.ReadBytesAsync(part.Part, cancellationToken), DepthAtMost);
        return (document ?? new AttachedDocument.Unreadable(name)) with { Download = path };
    }

    /// <summary>A file inside an attachment, or inside a file in it: the attached message's second file, and what was signed in that.</summary>
    /// <param name="way">Which file, level by level.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="MailException">NoSuchMessage, Damaged.</exception>
    public static async Task<InnerFile?> FindAsync(StoredMail mail, int index, IReadOnlyList<int> way, CancellationToken cancellationToken)
    {
        var part = mail.Parts.Attachments[index];
        if (part.Size > SizeAtMost || way.Count is 0 or > DepthAtMost)
            return null;
        var file = new InnerFile(part.Name ?? "", part.MediaType, await mail.ReadBytesAsync(part.Part, cancellationToken));
        foreach (var at in way)
        {
            var inside = FilesIn(file);
            if (at < 0 || at >= inside.Count)
                return null;
            file = inside[at];
        }

        return file;
    }

    /// <summary>Null for what cannot be shown.</summary>
    /// <param name="depth">How far what is inside is opened too.</param>
    internal static AttachedDocument? Read(string name, string mediaType, byte[] bytes, int depth) => KindOf(name, mediaType) switch
    {
        Kind.Mail => Mail(name, bytes, depth),
        Kind.Calendar => CalendarReader.Read(bytes) is { Events.Count: > 0 } file ? new AttachedDocument.Calendar(name, file) : null,
        Kind.Signed when depth > 0 => SignedFile.TryRead(bytes) is { } signed
            ? new AttachedDocument.Signed(name, signed, Read(InnerName(name), "", signed.Content, depth - 1))
            : null,
        Kind.Files => TnefReader.TryRead(bytes) is { } files ? new AttachedDocument.Files(name, files) : null,
        Kind.Text when Ends(name, ".xml") && Invoice.TryRead(bytes) is { } invoice => new AttachedDocument.Bill(name, invoice),
        Kind.Text when Ends(name, ".xml") && CertifiedMail.TryRead(bytes) is { } facts => new AttachedDocument.Certified(name, facts),
        Kind.Text => new AttachedDocument.Words(name, Text(bytes)),
        _ => null,
    };

    /// <summary>"fattura.xml.p7m" holds "fattura.xml".</summary>
    public static string InnerName(string name) => Ends(name, ".p7m") ? name[..^4] : name;

    private static AttachedDocument.Mail Mail(string name, byte[] bytes, int depth)
    {
        var parsed = MessageParser.Parse(new MemoryStream(bytes, writable: false));
        var parts = MessageParts.Of(parsed.Root);
        var texts = parts.Body.Select(piece => piece.Plain ?? piece.Html!)
            .Select(part => DecodedText.Text(part, Octets(bytes, part), htmlToText: true));
        var text = string.Join("\n\n", texts);
        var files = parts.Attachments.Select(part => FileOf(bytes, part))
            .Select(file => new MailFile(file.Name, file.Data.Length, depth > 0 ? Read(file.Name, file.MediaType, file.Data.ToArray(), depth - 1) : null));
        return new AttachedDocument.Mail(
            name, parsed.Envelope, parsed.Envelope.Subject is { } subject ? DecodedText.Header(subject.Span).Trim() : "",
            text.Length <= TextAtMost ? text : text[..TextAtMost], [.. files]);
    }

    private static IReadOnlyList<InnerFile> FilesIn(InnerFile file) => KindOf(file.Name, file.MediaType) switch
    {
        Kind.Mail when file.Data.ToArray() is var bytes =>
            [.. MessageParts.Of(MessageParser.Parse(new MemoryStream(bytes, writable: false)).Root).Attachments.Select(part => FileOf(bytes, part))],
        Kind.Signed when SignedFile.TryRead(file.Data.ToArray()) is { } signed => [new InnerFile(InnerName(file.Name), "", signed.Content)],
        Kind.Files when TnefReader.TryRead(file.Data) is { } files => [.. files.Files.Select(one => new InnerFile(one.Name, "", one.Data))],
        _ => [],
    };

    private static InnerFile FileOf(byte[] bytes, AttachedPart attached) =>
        new(attached.Name ?? "", attached.MediaType, attached.Part.Kind == PartKind.Leaf ? StoredMail.Decode(attached.Part, Octets(bytes, attached.Part)) : Octets(bytes, attached.Part));

    private static ReadOnlyMemory<byte> Octets(byte[] bytes, BodyPart part) => bytes.AsMemory((int)part.BodyOffset, (int)part.BodySize);

    private static string Text(byte[] bytes)
    {
        var text = DecodedText.Header(bytes);
        return text.Length <= TextAtMost ? text : text[..TextAtMost];
    }

    private static Kind KindOf(string name, string mediaType) => mediaType switch
    {
        _ when mediaType.StartsWith("image/", StringComparison.Ordinal) => Kind.Picture,
        "message/rfc822" or "message/global" => Kind.Mail,
        "text/calendar" => Kind.Calendar,
        "application/ms-tnef" or "application/vnd.ms-tnef" => Kind.Files,
        _ when Ends(name, ".eml") => Kind.Mail,
        _ when Ends(name, ".ics") => Kind.Calendar,
        _ when Ends(name, ".p7m") => Kind.Signed,
        _ when name.Equals("winmail.dat", StringComparison.OrdinalIgnoreCase) => Kind.Files,
        _ when TextEndings.Any(ending => Ends(name, ending)) => Kind.Text,
        "text/plain" => Kind.Text,
        _ => Kind.None,
    };

    private static bool Ends(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private enum Kind { None, Picture, Text, Mail, Calendar, Signed, Files }
}
