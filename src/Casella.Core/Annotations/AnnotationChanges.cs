using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Annotations;

/// <summary>What one unit does to the annotations of an account.</summary>
internal static class AnnotationChanges
{
    /// <returns>The unit's ModSeq, or null when nothing has changed.</returns>
    public static ModSeq? Set(UnitOfWork unit, MailboxId? mailbox, IReadOnlyList<Annotation> values, AnnotationLimits limits)
    {
        if (mailbox is { } named && unit.Transaction.Mailbox(named) is null)
            throw new MailException(MailError.NoSuchMailbox);
        var changed = new List<AnnotationEntry>();
        foreach (var (entry, value) in values)
        {
            var owner = AnnotationOwner.Of(entry, unit.Actor);
            var present = unit.Transaction.Annotations(mailbox, owner);
            var before = present.FirstOrDefault(one => one.Entry == entry).Value;
            if (IsSame(before, value))
                continue;
            Check(unit, value, before, present.Count, limits);
            unit.Transaction.PutAnnotation(new AnnotationRow(mailbox, owner, entry.Path, value));
            unit.AnnotationChanged(new AnnotationChange(mailbox, entry) { Owner = owner });
            changed.Add(entry);
        }

        if (changed.Count == 0)
            return null;
        unit.Log(ChangeKind.AnnotationsChanged, mailbox, null, [], string.Join('\n', changed));
        return unit.Transaction.ModSeq;
    }

    private static bool IsSame(ReadOnlyMemory<byte>? before, ReadOnlyMemory<byte>? after) =>
        before is { } a && after is { } b ? a.Span.SequenceEqual(b.Span) : before is null && after is null;

    private static void Check(
        UnitOfWork unit, ReadOnlyMemory<byte>? value, ReadOnlyMemory<byte>? before, int count, AnnotationLimits limits)
    {
        if (value is not { } octets)
            return;
        if (octets.Length > limits.Size)
            throw new MailException(MailError.AnnotationTooLarge);
        if (before is null && count >= limits.PerMailbox)
            throw new MailException(MailError.TooManyAnnotations);
        // Asked only of what grows: who makes something smaller helps.
        var more = octets.Length - (before?.Length ?? 0);
        if (more > 0 && unit.Transaction.AnnotationOctets() + more > limits.Total)
            throw new MailException(MailError.TooManyAnnotations);
    }
}

/// <param name="Size">Octets of one value.</param>
/// <param name="PerMailbox">For each owner.</param>
/// <param name="Total">Octets of all values of the account.</param>
internal readonly record struct AnnotationLimits(int Size, int PerMailbox, long Total);
