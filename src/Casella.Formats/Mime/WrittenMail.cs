using MimeKit;

namespace Casella.Formats.Mime;

/// <summary>
/// A mail that somebody writes in the webmail: draft or ready to go. Plain, or plain and HTML of the same words, with
/// attachments that are read when it is composed.
/// </summary>
/// <param name="From">The sender as a header field has it: "Anna &lt;info@example.org&gt;".</param>
/// <param name="MessageId">Without brackets.</param>
public sealed record WrittenMail(string From, string Subject, string Text, DateTimeOffset Date, string MessageId)
{
    /// <summary>Of a long conversation the newest: enough for every program to find it.</summary>
    private const int MaxReferences = 20;

    public IReadOnlyList<WrittenAddress> To { get; init; } = [];
    public IReadOnlyList<WrittenAddress> Cc { get; init; } = [];

    /// <summary>Stays in drafts and in the Sent copy; the submission takes it out of what goes.</summary>
    public IReadOnlyList<WrittenAddress> Bcc { get; init; } = [];

    /// <summary>Null for a plain mail.</summary>
    public string? Html { get; init; }

    /// <summary>Message-ID of what this answers, without brackets.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>RFC 5322 §3.6.4: the conversation so far, oldest first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    public IReadOnlyList<WrittenAttachment> Attachments { get; init; } = [];

    /// <summary>Those that stand in the HTML, which names each by its Content-ID.</summary>
    public IReadOnlyList<WrittenAttachment> Pictures { get; init; } = [];

    /// <summary>The whole message with CRLF line ends.</summary>
    public async Task ComposeAsync(Stream output, CancellationToken cancellationToken)
    {
        using var message = new MimeMessage { Date = Date, MessageId = MessageId, Subject = OneLine(Subject) };
        message.From.Add(MailboxAddress.Parse(From));
        Add(message.To, To);
        Add(message.Cc, Cc);
        Add(message.Bcc, Bcc);
        // As they stand in the other message: programs compare the bytes.
        if (InReplyTo is not null && IsWord(InReplyTo))
            message.Headers.Add(HeaderId.InReplyTo, $"<{InReplyTo}>");
        if (References.Where(IsWord).TakeLast(MaxReferences).ToList() is { Count: > 0 } references)
            message.Headers.Add(HeaderId.References, string.Join("\r\n\t", references.Select(id => $"<{id}>")));
        message.Body = Body();
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        await message.WriteToAsync(options, output, cancellationToken);
    }

    private MimeEntity Body()
    {
        MimeEntity text = TextPart("plain", Text);
        if (Html is not null)
            text = new MultipartAlternative { text, HtmlPart(Html) };
        if (Attachments.Count == 0)
            return text;
        var mixed = new Multipart("mixed") { text };
        foreach (var attachment in Attachments)
            mixed.Add(attachment.Make());
        return mixed;
    }

    /// <summary>RFC 2387: the HTML, and what belongs into it.</summary>
    private MimeEntity HtmlPart(string html)
    {
        var root = TextPart("html", html);
        if (Pictures.Count == 0)
            return root;
        var related = new MultipartRelated { root };
        foreach (var picture in Pictures)
            related.Add(picture.Make());
        return related;
    }

    /// <summary>RFC 3676 is left out: Outlook shows its soft breaks as hard ones.</summary>
    private static TextPart TextPart(string subtype, string text) =>
        new(subtype) { Text = text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };

    private static void Add(InternetAddressList list, IReadOnlyList<WrittenAddress> addresses)
    {
        foreach (var address in addresses)
            list.Add(new MailboxAddress(address.Name is { } name ? OneLine(name) : null, address.Address));
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    private static bool IsWord(string id) => id.Length > 0 && id.All(c => c is > ' ' and < '\x7F' and not ('<' or '>'));
}

/// <param name="Name">For people, or null.</param>
/// <param name="Address">As it goes on the wire.</param>
public sealed record WrittenAddress(string? Name, string Address);

/// <param name="Open">Opens the decoded bytes; disposed when they are written.</param>
public sealed record WrittenAttachment(string Name, string MediaType, Func<Stream> Open)
{
    /// <summary>Without brackets, of a picture that stands in the HTML; null for a file beside the text.</summary>
    public string? ContentId { get; init; }

    internal MimeEntity Make()
    {
        var type = ContentType.TryParse(MediaType, out var parsed) ? parsed : new ContentType("application", "octet-stream");
        // A message stays one that programs open; its encoding may not be changed (RFC 2046 §5.2.1), so it goes as a file.
        if (type.IsMimeType("multipart", "*") || type.IsMimeType("message", "*"))
            type = new ContentType("application", "octet-stream");
        return new MimePart(type)
        {
            Content = new MimeContent(Open()),
            ContentId = ContentId,
            ContentDisposition = new ContentDisposition(ContentId is null ? ContentDisposition.Attachment : ContentDisposition.Inline) { FileName = Name },
            ContentType = { Name = Name },
            ContentTransferEncoding = ContentEncoding.Base64,
        };
    }
}
