using System.Globalization;
using System.Text;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;
using MimeKit;

namespace Casella.Formats.Reports;

/// <summary>
/// A delivery status notification (RFC 3464 in a multipart/report of RFC 6522): for people in their language what
/// happened and what to do, for programs the status of each recipient, then the message or its header. Composed by
/// Core/Queue.
/// </summary>
/// <param name="ReportingHost">This server.</param>
/// <param name="Sender">Who gets it: the reverse-path of the message.</param>
/// <param name="ArrivedAt">When the message was taken.</param>
/// <param name="Now">Date of the notification.</param>
/// <param name="EnvelopeId">ENVID of RFC 3461, decoded, or null.</param>
/// <param name="MessageId">Of the notification, without brackets.</param>
public sealed record DeliveryStatusNotification(
    string ReportingHost, EmailAddress Sender, DateTimeOffset ArrivedAt, DateTimeOffset Now, string? EnvelopeId,
    IReadOnlyList<ReportedRecipient> Recipients, ReturnedContent Returned, string MessageId)
{
    /// <summary>What its reader reads; both for who is elsewhere, of whom we do not know it.</summary>
    public IReadOnlyList<CultureInfo> Languages { get; init; } = [CultureInfo.GetCultureInfo("it"), CultureInfo.GetCultureInfo("en")];

    /// <summary>The whole message with CRLF line ends.</summary>
    public byte[] Compose()
    {
        var message = new MimeMessage { Date = Now, MessageId = MessageId, Subject = Subject() };
        message.From.Add(new MailboxAddress("Mail Delivery System", $"postmaster@{ReportingHost}"));
        message.To.Add(new MailboxAddress(null, Sender.ToWire()));
        // RFC 3834 §5: programs that answer by themselves must not answer this.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        message.Body = new MultipartReport("delivery-status")
        {
            new TextPart("plain") { Text = InAllLanguages(), ContentTransferEncoding = ContentEncoding.QuotedPrintable },
            new MimePart("message", "delivery-status")
            {
                Content = new MimeContent(new MemoryStream(Encoding.ASCII.GetBytes(StatusFields()))),
                ContentTransferEncoding = ContentEncoding.SevenBit,
            },
            ReturnedPart(),
        };
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        using var output = new MemoryStream();
        message.WriteTo(options, output);
        return output.ToArray();
    }

    private DsnAction WorstAction => Recipients.Min(recipient => recipient.Action);

    private string Subject() =>
        string.Join(" / ", Languages.Select(language => Texts.Of($"Subject{WorstAction}", language)));

    private string InAllLanguages() => string.Join("\r\n----\r\n\r\n", Languages.Select(HumanText));

    private string HumanText(CultureInfo language)
    {
        var text = new StringBuilder();
        foreach (var group in Recipients.GroupBy(recipient => recipient.Action).OrderBy(group => group.Key))
        {
            text.Append(Texts.Of($"Intro{group.Key}", language)).Append("\r\n\r\n");
            foreach (var recipient in group)
            {
                text.Append("  ").Append(recipient.Address.ToWire()).Append("\r\n");
                if (group.Key is DsnAction.Failed or DsnAction.Delayed)
                    text.Append("  ").Append(Texts.OfStatus(recipient.Status, language)).Append("\r\n    ").Append(Printable(recipient.Diagnostic)).Append("\r\n");
                text.Append("\r\n");
            }

            var until = group.Max(recipient => recipient.WillRetryUntil)?.ToString("f", language) ?? "";
            text.Append(Texts.Of($"WhatToDo{group.Key}", language, until)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>RFC 3464 §2.2, §2.3.</summary>
    private string StatusFields()
    {
        var fields = new StringBuilder();
        if (EnvelopeId is not null)
            Field(fields, "Original-Envelope-Id", EnvelopeId);
        Field(fields, "Reporting-MTA", $"dns; {ReportingHost}");
        Field(fields, "Arrival-Date", MessageDate.Format(ArrivedAt));
        foreach (var recipient in Recipients)
        {
            fields.Append("\r\n");
            if (recipient.OriginalRecipient is { } original)
                Field(fields, "Original-Recipient", OriginalRecipient(original));
            Field(fields, "Final-Recipient", recipient.Address.IsAscii ? $"rfc822; {recipient.Address.ToWire()}" : $"utf-8; {Xtext(recipient.Address.ToWire())}");
            Field(fields, "Action", recipient.Action.ToString().ToLowerInvariant());
            Field(fields, "Status", recipient.Status);
            if (recipient.Server is { } server)
            {
                Field(fields, "Remote-MTA", $"dns; {server}");
                Field(fields, "Diagnostic-Code", $"smtp; {recipient.Diagnostic}");
            }

            Field(fields, "Last-Attempt-Date", MessageDate.Format(recipient.LastAttemptAt));
            if (recipient.WillRetryUntil is { } until)
                Field(fields, "Will-Retry-Until", MessageDate.Format(until));
        }

        return fields.ToString();
    }

    /// <summary>
    /// These fields are 7-bit (RFC 3464 §2.1): a letter in another server's words that is not ASCII becomes a question
    /// mark. People read it as it was in the first part.
    /// </summary>
    private static void Field(StringBuilder fields, string name, string value) =>
        fields.Append(name).Append(": ").Append(string.Concat(Printable(value).Select(c => char.IsAscii(c) ? c : '?'))).Append("\r\n");

    private static string OriginalRecipient(string original)
    {
        var end = original.IndexOf(';', StringComparison.Ordinal);
        var address = original[(end + 1)..];
        return $"{original[..(end < 0 ? 0 : end)]}; {(Ascii.IsValid(address) ? address : Xtext(address))}";
    }

    /// <summary>utf-8-addr-xtext (RFC 6533 §3): an address with any letters, in ASCII.</summary>
    private static string Xtext(string address) => string.Concat(address.EnumerateRunes().Select(rune =>
        rune.Value is > ' ' and < 127 and not ('+' or '=' or '\\')
            ? rune.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X2}}}")));

    // RFC 6522 §4: a header alone is text/rfc822-headers.
    private MimePart ReturnedPart() => new(Returned.IsWhole ? "message" : "text", Returned.IsWhole ? "rfc822" : "rfc822-headers")
    {
        Content = new MimeContent(new MemoryStream(Returned.Bytes.ToArray())),
        // RFC 2046 §5.2.1: a message inside is never encoded.
        ContentTransferEncoding = ContentEncoding.EightBit,
    };

    /// <summary>Other servers' words in our message: one line of them, and nothing that is not a letter.</summary>
    private static string Printable(string words)
    {
        var cut = words.Length > 500 ? words[..500] : words;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? ' ' : source[i];
        });
    }
}

/// <summary>One recipient's status.</summary>
/// <param name="OriginalRecipient">ORCPT of RFC 3461 ("rfc822;a@b"), or null.</param>
/// <param name="Status">RFC 3463 code.</param>
/// <param name="Diagnostic">What the other server said.</param>
/// <param name="Server">The server that said it; null when it was us.</param>
/// <param name="WillRetryUntil">For a delay; else null.</param>
public sealed record ReportedRecipient(
    EmailAddress Address, string? OriginalRecipient, DsnAction Action, string Status, string Diagnostic, string? Server,
    DateTimeOffset LastAttemptAt, DateTimeOffset? WillRetryUntil);

/// <summary>Action field (RFC 3464 §2.3.3), the worst first.</summary>
public enum DsnAction { Failed, Delayed, Relayed, Delivered }

/// <param name="IsWhole">The message; else its header only.</param>
public sealed record ReturnedContent(ReadOnlyMemory<byte> Bytes, bool IsWhole);
