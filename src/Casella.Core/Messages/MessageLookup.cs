using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Messages;

/// <summary>Finds messages of an account by their Message-ID, and is sure of it.</summary>
internal static class MessageLookup
{
    /// <summary>
    /// The store finds by a hash; the stored envelope tells whether it is the one. Usually none or one.
    /// </summary>
    public static IEnumerable<(EmailId Message, Envelope Envelope)> ByMessageId(IMailReader reader, string messageId)
    {
        foreach (var row in reader.Messages(reader.FindMessages(messageId), MessageNeeds.Envelope))
            if (CompactForm.TryReadEnvelope(row.Envelope) is { MessageId: { } field } envelope
                && string.Equals(MessageIds.First(field.Span), messageId, StringComparison.Ordinal))
                yield return (row.Id, envelope);
    }
}
