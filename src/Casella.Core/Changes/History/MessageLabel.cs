using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Changes.History;

/// <summary>What people know a message by.</summary>
/// <param name="Subject">Empty when it has none.</param>
/// <param name="Sender">Address of who wrote it; empty when it does not say.</param>
/// <param name="MessageId">Without brackets, or null.</param>
/// <param name="InReplyTo">Message-IDs that it answers.</param>
internal sealed record MessageLabel(string Subject, string Sender, string? MessageId, IReadOnlyList<string> InReplyTo)
{
    /// <summary>Of a subject more is no help.</summary>
    private const int SubjectAtMost = 80;

    /// <summary>Null for a message whose content is gone, or damaged, as verify says.</summary>
    public static MessageLabel? Read(IMailReader reader, EmailId message)
    {
        if (reader.Messages([message], MessageNeeds.Envelope) is not [var row]
            || CompactForm.TryReadEnvelope(row.Envelope) is not { } envelope)
            return null;
        return new MessageLabel(
            envelope.Subject is { } subject ? Line(DecodedText.Header(subject.Span)) : "",
            envelope.From is [{ Mailbox: { } mailbox, Host: { } host }, ..]
                ? Line($"{DecodedText.Header(mailbox.Span)}@{DecodedText.Header(host.Span)}")
                : "",
            envelope.MessageId is { } id ? MessageIds.First(id.Span) : null,
            envelope.InReplyTo is { } answered ? MessageIds.All(answered.Span) : []);
    }

    /// <summary>A stranger's text on one line of ours: nothing that moves the cursor or turns the writing.</summary>
    private static string Line(string text)
    {
        var clean = string.Concat(text.Where(c => char.GetUnicodeCategory(c)
            is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format))).Trim();
        return clean.Length <= SubjectAtMost ? clean : $"{clean[..(SubjectAtMost - 1)].TrimEnd()}…";
    }
}
