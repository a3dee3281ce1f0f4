using Casella.Core.Messages;
using Casella.Formats.Mime;

namespace Casella.Core.Submission;

/// <summary>
/// Marks what was answered or forwarded, in every mailbox where it is: for programs that do not (POP3), and for all
/// others a moment earlier than they do.
/// </summary>
internal static class Originals
{
    /// <summary>RFC 5788 registers the keyword; programs show it as they show \\Answered.</summary>
    private const string Forwarded = "$Forwarded";

    /// <returns>The messages that were answered.</returns>
    public static IReadOnlyList<EmailId> Mark(UnitOfWork unit, AnsweredMessages originals)
    {
        var answered = Find(unit, originals.Answered);
        foreach (var message in answered)
            PlacementChanges.Mark(unit, message, MessageFlags.Answered, MessageFlags.None);
        var forwarded = Find(unit, originals.Forwarded);
        if (forwarded.Count == 0)
            return answered;
        var flag = unit.ResolveWhatFits(new FlagNames(MessageFlags.None, [Forwarded]));
        foreach (var message in forwarded)
            PlacementChanges.Mark(unit, message, flag, MessageFlags.None);
        return answered;
    }

    private static List<EmailId> Find(UnitOfWork unit, IReadOnlyList<string> messageIds) =>
        [.. messageIds.SelectMany(id => MessageLookup.ByMessageId(unit.Transaction, id)).Select(found => found.Message).Distinct()];
}
