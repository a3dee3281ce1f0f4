using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Storage;

namespace Casella.Core.Filtering.Spam;

/// <summary>
/// What members have said about mail by what they did with it, read from the change log: whoever did it, by whatever
/// protocol. What the server did by itself, above all its own filing, says nothing. Pure.
/// </summary>
internal static class SpamLessons
{
    /// <summary>Messages of one change that are learnt from: who moves thousands at once tidies up.</summary>
    private const int OfOneChange = 200;

    /// <summary>Transactions, and lessons, read at once.</summary>
    private const int TransactionsAtMost = 300;
    private const int LessonsAtMost = 100;
    private const int Page = 300;

    public static LessonPage Read(IMailReader reader, ModSeq after)
    {
        var uses = reader.Mailboxes().ToDictionary(row => row.Id, row => FolderNames.UseOf(row.Name, row.SpecialUse));
        var (lessons, last, count) = (new List<Lesson>(), after, 0);
        foreach (var transaction in ChangeTransactions.Read(reader, after, Page))
        {
            var isUndo = transaction.Any(change => change.Kind is ChangeKind.Undone);
            foreach (var change in transaction.Where(change => change.Actor.Protocol is not AccessProtocol.Server))
                if (Said(change, uses) is { } said)
                    lessons.AddRange(Items(change, said).TakeLast(OfOneChange).Select(message => new Lesson(message, said, isUndo)));
            last = transaction[0].ModSeq;
            if (++count >= TransactionsAtMost || lessons.Count >= LessonsAtMost)
                return new LessonPage(lessons, last, count, IsLast: false);
        }

        return new LessonPage(lessons, last, count, IsLast: true);
    }

    /// <summary>What a message counts as, after one more thing was said of it.</summary>
    public static SpamClass? After(SpamClass? before, Lesson lesson) => lesson switch
    {
        // An undo takes back what was said; it says nothing new.
        { IsUndo: true, Said: Saying.IntoSpam } => before is SpamClass.Ham ? null : SpamClass.Spam,
        { IsUndo: true, Said: Saying.OutOfSpam } => null,
        { Said: Saying.IntoSpam } => SpamClass.Spam,
        // Put there by a member: a mistake, taken back. By the filter: the filter's mistake.
        { Said: Saying.OutOfSpam } => before is SpamClass.Spam ? null : SpamClass.Ham,
        { Said: Saying.Answered } => before ?? SpamClass.Ham,
        _ => before,
    };

    private static Saying? Said(ChangeRow change, Dictionary<MailboxId, SpecialUse> uses)
    {
        var (here, there) = (Use(change.Mailbox), Use(change.Other));
        return change.Kind switch
        {
            ChangeKind.Added when here is SpecialUse.Junk => Saying.IntoSpam,
            ChangeKind.Added when here is SpecialUse.Sent => Saying.Wrote,
            ChangeKind.Moved or ChangeKind.Copied => Moved(here, there),
            ChangeKind.Restored => Moved(there, here),
            ChangeKind.FlagsChanged when here is not SpecialUse.Junk => Saying.Answered,
            _ => null,
        };

        SpecialUse? Use(MailboxId? mailbox) => mailbox is { } id && uses.TryGetValue(id, out var use) ? use : null;
    }

    /// <summary>Who empties SPAM into Trash has not said that it was none.</summary>
    private static Saying? Moved(SpecialUse? from, SpecialUse? to) => (from, to) switch
    {
        (SpecialUse.Junk, SpecialUse.Junk or SpecialUse.Trash or null) => null,
        (SpecialUse.Junk, _) => Saying.OutOfSpam,
        (_, SpecialUse.Junk) => Saying.IntoSpam,
        _ => null,
    };

    private static IEnumerable<EmailId> Items(ChangeRow change, Saying said) => change.Items
        .Where(item => said is not Saying.Answered || (item.After.Has(Messages.MessageFlags.Answered) && !item.Before.Has(Messages.MessageFlags.Answered)))
        .Select(item => item.Email);
}

/// <summary>What somebody has said of a message.</summary>
internal enum Saying
{
    IntoSpam,
    OutOfSpam,
    Answered,
    /// <summary>It is one that the mailbox has sent: whom it is to is known from now on.</summary>
    Wrote,
}

internal readonly record struct Lesson(EmailId Message, Saying Said, bool IsUndo);

/// <param name="UpTo">The last transaction that was read.</param>
/// <param name="Transactions">How many were read.</param>
/// <param name="IsLast">There are no more.</param>
internal sealed record LessonPage(IReadOnlyList<Lesson> Lessons, ModSeq UpTo, int Transactions, bool IsLast);
