using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Work;

/// <summary>
/// What happens to the work state of a message within one unit: a draft that answers it is saved, goes, is sent, or has
/// not been saved for long.
/// </summary>
internal static class WorkRules
{
    /// <summary>
    /// A program that is writing saves its draft every few minutes. One that has not for so long is closed or
    /// forgotten.
    /// </summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(30);

    /// <summary>
    /// A draft was saved: what it answers is in progress. Programs save again and again, each time a new message, and
    /// remove the one before: that changes nothing but the end.
    /// </summary>
    public static void DraftSaved(UnitOfWork unit, EmailId draft, ReadOnlySpan<byte> inReplyTo)
    {
        foreach (var id in MessageIds.All(inReplyTo))
            foreach (var (message, _) in MessageLookup.ByMessageId(unit.Transaction, id))
                Begin(unit, message, draft);
    }

    /// <summary>
    /// Drafts have been removed, or marked as deleted, as some programs leave them: nobody writes any more, unless the
    /// draft is still there elsewhere.
    /// </summary>
    public static void DraftsGone(UnitOfWork unit, HashSet<EmailId> drafts)
    {
        foreach (var work in unit.Transaction.OpenWork().Where(work => drafts.Contains(work.Draft!.Value)))
            if (!unit.Transaction.PlacementsOf(work.Draft!.Value).Any(at =>
                unit.Selectable(at.Mailbox).SpecialUse is SpecialUse.Drafts && !at.Placement.Flags.Has(MessageFlags.Deleted)))
                End(unit, work);
    }

    /// <summary>
    /// The answer is on its way, or the message itself to somebody else: the sender's own work on it ends.
    /// </summary>
    public static void Sent(UnitOfWork unit, EmailId message)
    {
        foreach (var work in Open(unit, message).Where(work => IsSame(work.Actor, unit.Actor)))
            End(unit, work);
    }

    /// <summary>It is answered, and the mailbox calls that done.</summary>
    public static void Done(UnitOfWork unit, EmailId message)
    {
        PlacementChanges.Mark(unit, message, unit.ResolveWhatFits(new FlagNames(MessageFlags.None, [WorkKeywords.Done])), MessageFlags.None);
        unit.PutWork(new WorkRow(message, null, unit.Actor, unit.Now, null, WorkMarks.None));
    }

    /// <summary>Ends what is due.</summary>
    public static bool EndDue(UnitOfWork unit)
    {
        foreach (var work in unit.Transaction.OpenWork().TakeWhile(work => work.Until <= unit.Now))
            End(unit, work);
        return true;
    }

    private static void Begin(UnitOfWork unit, EmailId message, EmailId draft)
    {
        var open = Open(unit, message);
        var before = open.Find(work => IsSame(work.Actor, unit.Actor));
        if (before is not null)
            unit.EndWork(before);
        // Whoever takes a mark away while somebody works on the message means it: marks are set at the beginning only.
        var marks = open.Count == 0 ? SetMarks(unit, message) : before?.Marks ?? WorkMarks.None;
        unit.PutWork(new WorkRow(message, draft, unit.Actor, before?.Since ?? unit.Now, unit.Now + Lasts, marks));
    }

    /// <summary>The last one who ends takes the marks away.</summary>
    private static void End(UnitOfWork unit, WorkRow work)
    {
        unit.EndWork(work);
        var others = Open(unit, work.Email);
        if (others.Count == 0)
            PlacementChanges.Mark(unit, work.Email, MessageFlags.None, unit.ResolveKnown(NamesOf(work.Marks)));
        else if (work.Marks is not WorkMarks.None)
            unit.PutWork(others[0] with { Marks = others[0].Marks | work.Marks });
    }

    /// <summary>
    /// Returns those marks that the message did not have: what a member has set is the member's, and stays when the
    /// work is over.
    /// </summary>
    private static WorkMarks SetMarks(UnitOfWork unit, EmailId message)
    {
        var has = unit.Transaction.PlacementsOf(message).Aggregate(MessageFlags.None, (all, at) => all | at.Placement.Flags);
        var marks = WorkMarks.None;
        foreach (var mark in (WorkMarks[])[WorkMarks.Keyword, WorkMarks.Label])
            if (unit.ResolveKnown(NamesOf(mark)) is var known && (known == MessageFlags.None || !has.Has(known)))
                marks |= mark;
        PlacementChanges.Mark(unit, message, unit.ResolveWhatFits(NamesOf(marks)), MessageFlags.None);
        return marks;
    }

    private static FlagNames NamesOf(WorkMarks marks) => new(
        MessageFlags.None,
        [
            .. marks.HasFlag(WorkMarks.Keyword) ? [WorkKeywords.InProgress] : (string[])[],
            .. marks.HasFlag(WorkMarks.Label) ? [WorkKeywords.Label] : (string[])[],
        ]);

    private static List<WorkRow> Open(UnitOfWork unit, EmailId message) =>
        [.. unit.Transaction.WorkOn(message).Where(work => work.Draft is not null)];

    private static bool IsSame(Actor one, Actor other) => other.Person is { } person
        ? one.Person == person
        : one.Person is null && one.Device == other.Device;
}
