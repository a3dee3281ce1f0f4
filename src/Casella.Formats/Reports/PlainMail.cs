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
    /// <summary>Message-ID of what this answers, or null.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>RFC 5322 §3.6.4: the conversation so far, oldest first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The whole message with CRLF line ends.</summary>
    public byte[] Compose()
    {
        var message = new MimeMessage { Date = Date, MessageId = MessageId, Subject = Subject };
        message.From.Add(new MailboxAddress(SenderName, Sender.ToWire()));
        message.To.Add(new MailboxAddress(null, Recipient.ToWire()));
        message.Headers.Add(HeaderId.AutoSubmitted, AutoSubmitted);
        if (InReplyTo is not null)
            message.InReplyTo = InReplyTo;
        foreach (var reference in References)
            message.References.Add(reference);
        message.Body = new TextPart("plain") { Text = Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        using var output = new MemoryStream();
        message.WriteTo(options, output);
        return output.ToArray();
    }
}
