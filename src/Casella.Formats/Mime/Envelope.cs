namespace Casella.Formats.Mime;

/// <summary>
/// What a message list shows (RFC 9051 §7.5.2 ENVELOPE), computed once when a message is stored. Every text is the raw
/// bytes of the unfolded header field (RFC 2047 words still encoded), so that it can go on the wire as it is.
/// </summary>
/// <param name="Date">Raw Date field; null when absent.</param>
/// <param name="Subject">Raw Subject field; null when absent.</param>
/// <param name="From">Addresses of From; empty when absent.</param>
/// <param name="Sender">Addresses of Sender; the From list when absent or empty, as the RFC asks.</param>
/// <param name="ReplyTo">Addresses of Reply-To; the From list when absent or empty.</param>
/// <param name="To">Addresses of To.</param>
/// <param name="Cc">Addresses of Cc.</param>
/// <param name="Bcc">Addresses of Bcc.</param>
/// <param name="InReplyTo">Raw In-Reply-To field; null when absent.</param>
/// <param name="MessageId">Raw Message-ID field; null when absent.</param>
public sealed record Envelope(
    ReadOnlyMemory<byte>? Date,
    ReadOnlyMemory<byte>? Subject,
    IReadOnlyList<EnvelopeAddress> From,
    IReadOnlyList<EnvelopeAddress> Sender,
    IReadOnlyList<EnvelopeAddress> ReplyTo,
    IReadOnlyList<EnvelopeAddress> To,
    IReadOnlyList<EnvelopeAddress> Cc,
    IReadOnlyList<EnvelopeAddress> Bcc,
    ReadOnlyMemory<byte>? InReplyTo,
    ReadOnlyMemory<byte>? MessageId);

/// <summary>
/// One address structure of an ENVELOPE. RFC 9051 §7.5.2: a null Host marks group syntax; then a non-null Mailbox is
/// the group's name (start) and a null Mailbox is the group's end. Adl (source route) is always null: nobody sends it.
/// </summary>
public readonly record struct EnvelopeAddress(
    ReadOnlyMemory<byte>? Name, ReadOnlyMemory<byte>? Mailbox, ReadOnlyMemory<byte>? Host);
