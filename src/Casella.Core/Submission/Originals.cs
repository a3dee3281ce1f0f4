using Casella.Core.Messages;
using Casella.Core.Work;
using Casella.Formats.Mime;

namespace Casella.Core.Submission;

/// <summary>
/// Marks what was answered or forwarded, in every mailbox where it is: for programs that do not (POP3), and for all
/// others a moment earlier than they do. Work on it ends with it.
/// </summary>
internal static class Originals
{
    /// <summary>RFC 5788 registers the keyword; programs show it as they show \\Answered.</summary>
    public const string Forwarded = "$Forwarded";

    public static void Mark(UnitOfWork unit, AnsweredMessages originals)
    {
        foreach (var message in Find(unit, originals.Answered))
        {
            PlacementChanges.Mark(unit, message, MessageFlags.Answered, MessageFlags.None);
            WorkRules.Sent(unit, message);
            if (unit.Policy.DoneOnAnswer)
                WorkRules.Done(unit, message);
        }

        foreach (var message in Find(unit, originals.Forwarded))
        {
            PlacementChanges.Mark(unit, message, unit.ResolveWhatFits(new FlagNames(MessageFlags.None, [Forwarded])), MessageFlags.None);
            WorkRules.Sent(unit, message);
        }
    }

    private static List<EmailId> Find(UnitOfWork unit, IReadOnlyList<string> messageIds) =>
        [.. messageIds.SelectMany(id => MessageLookup.ByMessageId(unit.Transaction, id)).Select(found => found.Message).Distinct()];
}
