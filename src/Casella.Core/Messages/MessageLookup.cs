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
            if (Read(row) is { MessageId: { } field } envelope
                && string.Equals(MessageIds.First(field.Span), messageId, StringComparison.Ordinal))
                yield return (row.Id, envelope);
    }

    /// <summary>
    /// Null for a damaged one, which verify reports: it must not keep anybody from sending an answer.
    /// </summary>
    private static Envelope? Read(MessageRow row)
    {
        try
        {
            return CompactForm.ReadEnvelope(row.Envelope);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
