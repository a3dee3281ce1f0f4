using Casella.Core;
using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Web.Reading;

namespace Casella.Web.Desk;

/// <summary>What a row says of a message that never changes; flags come from the placement.</summary>
/// <param name="From">Who wrote it.</param>
/// <param name="To">To whom, for the folders of what was written here.</param>
/// <param name="HasHtml">It is shown in the frame, which may be loaded with the same click.</param>
internal sealed record MailLine(string From, string To, string Subject, string Preview, bool HasAttachments, bool HasHtml)
{
    public static MailLine Of(MessageData data)
    {
        // A damaged one has an empty row instead of a list that cannot be shown.
        if (CompactForm.TryReadEnvelope(data.Envelope) is not { } envelope)
            return new MailLine("", "", "", data.Preview ?? "", data.Facts?.HasAttachments ?? false, HasHtml: false);
        var to = Correspondent.Of([.. envelope.To, .. envelope.Cc]);
        return new MailLine(
            Correspondent.FirstOf(envelope.From)?.Short ?? "",
            string.Join(", ", to.Take(3).Select(one => one.Short)),
            envelope.Subject is { } subject ? DecodedText.Header(subject.Span).Trim() : "",
            data.Preview ?? "",
            data.Facts?.HasAttachments ?? false,
            CompactForm.TryReadStructure(data.Structure) is { } root && MessageParts.Of(root).HasHtml);
    }
}

/// <summary>One visible row.</summary>
/// <param name="Index">Position in the whole list.</param>
/// <param name="Folder">Set where rows of several folders stand together.</param>
internal sealed record ListedMail(int Index, MailKey Key, Placement Placement, MailLine Line, string? Folder)
{
    /// <summary>Of a conversation: how many it has, in all folders.</summary>
    public int Messages { get; init; } = 1;

    public EmailId Email => Placement.Email;
    public bool IsSeen => Placement.Flags.Has(MessageFlags.Seen);
    public bool IsFlagged => Placement.Flags.Has(MessageFlags.Flagged);
    public bool IsAnswered => Placement.Flags.Has(MessageFlags.Answered);
}
