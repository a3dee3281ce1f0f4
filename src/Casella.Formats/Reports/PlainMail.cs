using Casella.Formats.Addresses;
using MimeKit;

namespace Casella.Formats.Reports;

/// <summary>
/// A mail of plain text that the server writes by itself: notices to members, automatic answers. Composed by Core.
/// </summary>
/// <param name="SenderName">For people, beside the sender's address; null for none.</param>
/// <param name="MessageId">Without brackets.</param>
/// <param name="AutoSubmitted">RFC 3834 §5: "auto-generated", or "auto-replied" for an answer.</param>
public sealed record PlainMail(
    EmailAddress Sender, string? SenderName, EmailAddress Recipient, string Subject, string Text, DateTimeOffset Date, string MessageId, string AutoSubmitted)
{
    /// <summary>Of a long conversation the newest: enough for every program to find it.</summary>
    private const int MaxReferences = 20;

    /// <summary>Message-ID of what this answers, or null.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>RFC 5322 §3.6.4: the conversation so far, oldest first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Others that it is to have; encoded where they must be.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>The text is a MIME entity with its header (RFC 2045 §2.4), as somebody has written it.</summary>
    public bool IsEntity { get; init; }

    /// <summary>The whole message with CRLF line ends.</summary>
    public byte[] Compose()
    {
        var message = new MimeMessage { Date = Date, MessageId = MessageId, Subject = Subject };
        message.From.Add(new MailboxAddress(SenderName, Sender.ToWire()));
        message.To.Add(new MailboxAddress(null, Recipient.ToWire()));
        message.Headers.Add(HeaderId.AutoSubmitted, AutoSubmitted);
        // As they stand in the other message, which may be no msg-id of the grammar at all: programs compare the bytes.
        if (InReplyTo is not null && IsWord(InReplyTo))
            message.Headers.Add(HeaderId.InReplyTo, $"<{InReplyTo}>");
        if (References.Where(IsWord).TakeLast(MaxReferences).ToList() is { Count: > 0 } references)
            message.Headers.Add(HeaderId.References, string.Join(' ', references.Select(id => $"<{id}>")));
        foreach (var (name, value) in Fields)
            message.Headers.Add(name, value);
        message.Body = Body();
        // What somebody has written may be of any octets, and goes to servers that take ASCII only.
        if (IsEntity)
            message.Prepare(EncodingConstraint.SevenBit);
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        using var output = new MemoryStream();
        message.WriteTo(options, output);
        return output.ToArray();
    }

    private MimeEntity Body()
    {
        if (!IsEntity)
            return new TextPart("plain") { Text = Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        using var text = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Text), writable: false);
        return MimeEntity.Load(text, persistent: false);
    }

    private static bool IsWord(string id) => id.Length > 0 && id.All(c => c is > ' ' and < '\x7F' and not ('<' or '>'));
}
