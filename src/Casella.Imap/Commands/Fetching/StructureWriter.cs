using System.Text;
using System.Text.Unicode;
using Casella.Formats.Mime;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Fetching;

/// <summary>Writes ENVELOPE, BODY and BODYSTRUCTURE (RFC 9051 §7.5.2, §9 envelope, body).</summary>
internal static class StructureWriter
{
    public static void Envelope(this ImapWriter writer, Envelope envelope)
    {
        writer.Byte((byte)'(').Nstring(envelope.Date).Space().Nstring(envelope.Subject);
        writer.Addresses(envelope.From);
        writer.Addresses(envelope.Sender);
        writer.Addresses(envelope.ReplyTo);
        writer.Addresses(envelope.To);
        writer.Addresses(envelope.Cc);
        writer.Addresses(envelope.Bcc);
        writer.Space().Nstring(envelope.InReplyTo).Space().Nstring(envelope.MessageId).Byte((byte)')');
    }

    /// <param name="isExtensible">With extension data: BODYSTRUCTURE.</param>
    public static void Body(this ImapWriter writer, BodyPart part, bool isExtensible)
    {
        writer.Byte((byte)'(');
        if (part.Kind == PartKind.Multipart)
            writer.Multipart(part, isExtensible);
        else
            writer.SinglePart(part, isExtensible);
        writer.Byte((byte)')');
    }

    /// <summary>SP, then a list of addresses or NIL.</summary>
    private static void Addresses(this ImapWriter writer, IReadOnlyList<EnvelopeAddress> addresses)
    {
        writer.Space();
        if (addresses.Count == 0)
        {
            writer.Raw("NIL"u8);
            return;
        }

        writer.Byte((byte)'(');
        foreach (var address in addresses)
            writer.Byte((byte)'(').Nstring(address.Name).Raw(" NIL "u8).Nstring(address.Mailbox).Space().Nstring(address.Host).Byte((byte)')');
        writer.Byte((byte)')');
    }

    /// <summary>body-type-mpart.</summary>
    private static void Multipart(this ImapWriter writer, BodyPart part, bool isExtensible)
    {
        foreach (var child in part.Children)
            writer.Body(child, isExtensible);
        writer.Space().String(part.MediaSubtype.Span);
        if (!isExtensible)
            return;
        writer.Space().Parameters(part.Parameters);
        writer.DispositionLanguageLocation(part);
    }

    /// <summary>body-type-1part: basic, text or message.</summary>
    private static void SinglePart(this ImapWriter writer, BodyPart part, bool isExtensible)
    {
        writer.String(part.MediaType.Span).Space().String(part.MediaSubtype.Span).Space().Parameters(part.Parameters)
            .Space().Nstring(part.ContentId).Space().Nstring(part.Description).Space().String(part.Encoding.Span).Space().Number(part.BodySize);
        if (part.Kind == PartKind.Message)
        {
            writer.Space().Envelope(part.Envelope!);
            writer.Space().Body(part.Children[0], isExtensible);
        }

        if (part.Kind == PartKind.Message || Ascii.EqualsIgnoreCase(part.MediaType.Span, "text"u8))
            writer.Space().Number(part.Lines);
        if (!isExtensible)
            return;
        writer.Space().Nstring(part.Md5);
        writer.DispositionLanguageLocation(part);
    }

    private static void DispositionLanguageLocation(this ImapWriter writer, BodyPart part)
    {
        if (part.Disposition is { } disposition)
            writer.Raw(" ("u8).String(disposition.Span).Space().Parameters(part.DispositionParameters).Byte((byte)')');
        else
            writer.Raw(" NIL"u8);
        writer.Space().Languages(part.Languages).Space().Nstring(part.Location);
    }

    private static ImapWriter Parameters(this ImapWriter writer, IReadOnlyList<PartParameter> parameters)
    {
        if (parameters.Count == 0)
            return writer.Raw("NIL"u8);
        var separator = (byte)'(';
        foreach (var parameter in parameters)
        {
            writer.Byte(separator).Parameter(parameter);
            separator = (byte)' ';
        }

        return writer.Byte((byte)')');
    }

    /// <summary>
    /// Values are kept as UTF-8; beyond ASCII they are told in the one form that says so (RFC 2231 §4), which every client
    /// knows from servers that pass the field on as it is.
    /// </summary>
    private static void Parameter(this ImapWriter writer, PartParameter parameter)
    {
        var value = parameter.Value.Span;
        if (!value.ContainsAnyExceptInRange((byte)0, (byte)127) || !Utf8.IsValid(value))
            writer.String(parameter.Name.Span).Space().String(value);
        else
            writer.String([.. parameter.Name.Span, (byte)'*']).Space()
                .String(Encoding.ASCII.GetBytes($"utf-8''{Uri.EscapeDataString(Encoding.UTF8.GetString(value))}"));
    }

    private static ImapWriter Languages(this ImapWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> languages)
    {
        if (languages.Count == 0)
            return writer.Raw("NIL"u8);
        var separator = (byte)'(';
        foreach (var language in languages)
        {
            writer.Byte(separator).String(language.Span);
            separator = (byte)' ';
        }

        return writer.Byte((byte)')');
    }
}
