using Casella.Core.Changes;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Core.Work;
using Casella.Formats.Mime;

namespace Casella.Core.Submission;

/// <summary>
/// Mail that was called back, within one unit: its copy in Sent is the draft again that it was, and what it answered is
/// not answered any more (ADR 0049).
/// </summary>
internal static class CallingBack
{
    /// <summary>Messages of a conversation that are asked whether they answer the same.</summary>
    private const int AskedAtMost = 200;

    /// <summary>Entries of one transaction that filed a copy and marked what it answers.</summary>
    private const int Entries = 100;

    /// <summary>
    /// The copy that Sent has, or had until a member took it away; null when none was filed, or it is gone for good.
    /// Earlier drafts of the same mail have its Message-ID too and are none.
    /// </summary>
    public static EmailId? FindCopy(IMailReader reader, HeldCopy held)
    {
        if (held.MessageId is not { } id)
            return null;
        var known = MessageLookup.ByMessageId(reader, id).Select(found => found.Message).ToList();
        var inSent = known.Where(email => reader.PlacementsOf(email).Any(at => UseOf(reader, at.Mailbox) is SpecialUse.Sent)).ToList();
        if (inSent.Count > 0)
            return inSent[^1];
        EmailId? filed = Filing(reader, held).Where(change => change.Kind is ChangeKind.Added && change.Mailbox is { } into && UseOf(reader, into) is SpecialUse.Sent)
            .SelectMany(change => change.Items).Select(item => (EmailId?)item.Email).LastOrDefault();
        return filed is { } email && reader.Kept(email) is not null ? email : null;
    }

    /// <summary>Out of wherever it stands, into Drafts.</summary>
    /// <returns>Null when there is no copy.</returns>
    public static PlacementName? ToDrafts(UnitOfWork unit, HeldCopy held)
    {
        if (FindCopy(unit.Transaction, held) is not { } email)
            return null;
        var drafts = TreeChanges.OfUse(unit, SpecialUse.Drafts).Id;
        var flags = MessageFlags.Draft | MessageFlags.Seen;
        var elsewhere = unit.Transaction.PlacementsOf(email).Where(at => at.Mailbox != drafts).ToList();
        var placed = elsewhere is [var first, ..] ? Move(unit, first, drafts, flags) : PutBack(unit, email, drafts, flags);
        foreach (var other in elsewhere.Skip(1))
        {
            // A copy that a member made would go on looking like mail that was sent.
            unit.Remove(other.Mailbox, other.Placement);
            unit.Log(ChangeKind.Expunged, other.Mailbox, null, [ChangedItem.Gone(other.Placement)]);
        }

        foreach (var row in unit.Transaction.Messages([email], MessageNeeds.Envelope))
            if (CompactForm.TryReadEnvelope(row.Envelope)?.InReplyTo is { } original)
                WorkRules.DraftSaved(unit, email, original.Span);
        return placed;
    }

    /// <summary>Takes away the marks that were set when the copy was filed; one that another answer deserves stays.</summary>
    public static void Unmark(UnitOfWork unit, HeldCopy held)
    {
        var marks = MessageFlags.Answered | unit.ResolveKnown(new FlagNames(MessageFlags.None, [Originals.Forwarded, WorkKeywords.Done]));
        foreach (var item in Filing(unit.Transaction, held).Where(change => change.Kind is ChangeKind.FlagsChanged).SelectMany(change => change.Items))
            if ((item.After & marks).Without(item.Before) is var set && set != MessageFlags.None && !IsAnsweredBesides(unit.Transaction, item.Email, held))
                PlacementChanges.Mark(unit, item.Email, MessageFlags.None, set);
    }

    private static PlacementName Move(UnitOfWork unit, PlacementAt from, MailboxId drafts, MessageFlags flags)
    {
        var (email, before) = (from.Placement.Email, from.Placement);
        var moved = unit.Place(drafts, email, PlacementFacts.Of(from.Mailbox, before) with { Flags = flags });
        unit.Remove(from.Mailbox, before);
        unit.Log(ChangeKind.Moved, from.Mailbox, drafts, [new ChangedItem(before.Uid, email, before.Flags, flags, moved.Uid)]);
        return new PlacementName(drafts, moved.Uid);
    }

    /// <summary>A member has deleted it for good; what is kept is enough.</summary>
    private static PlacementName PutBack(UnitOfWork unit, EmailId email, MailboxId drafts, MessageFlags flags)
    {
        if (unit.Transaction.PlacementsOf(email) is [var there, ..])
            return new PlacementName(there.Mailbox, there.Placement.Uid);
        var kept = unit.Transaction.Kept(email)!.Value;
        var placed = unit.Place(drafts, email, new PlacementFacts(flags, kept.Size, kept.ReceivedAt, kept.SentAt));
        unit.Log(ChangeKind.Added, drafts, null, [new ChangedItem(placed.Uid, email, MessageFlags.None, flags, null)]);
        return new PlacementName(drafts, placed.Uid);
    }

    /// <summary>What was written into the log when the copy was filed; nothing when the log has been shortened since.</summary>
    private static IReadOnlyList<ChangeRow> Filing(IMailReader reader, HeldCopy held) =>
        held.Filed is { } filed && ChangeTransactions.Read(reader, new ModSeq(filed.Value - 1), Entries).FirstOrDefault() is { } transaction && transaction[0].ModSeq == filed
            ? transaction
            : [];

    /// <summary>Another message in Sent names it in In-Reply-To.</summary>
    private static bool IsAnsweredBesides(IMailReader reader, EmailId original, HeldCopy held)
    {
        if (reader.Messages([original], MessageNeeds.Envelope | MessageNeeds.Facts) is not [{ Facts: { } facts } own, ..] || CompactForm.TryReadEnvelope(own.Envelope)?.MessageId is not { } field || MessageIds.First(field.Span) is not { } id)
            return false;
        var copy = FindCopy(reader, held);
        var others = reader.MessagesOf(facts.Thread, AskedAtMost).Where(email => email != copy && email != original
            && reader.PlacementsOf(email).Any(at => UseOf(reader, at.Mailbox) is SpecialUse.Sent)).ToList();
        return reader.Messages(others, MessageNeeds.Envelope).Any(row =>
            CompactForm.TryReadEnvelope(row.Envelope)?.InReplyTo is { } answered && MessageIds.All(answered.Span).Contains(id, StringComparer.Ordinal));
    }

    private static SpecialUse UseOf(IMailReader reader, MailboxId mailbox) => reader.Mailbox(mailbox)?.SpecialUse ?? SpecialUse.None;
}

/// <summary>By which the copy of what was sent is found.</summary>
/// <param name="MessageId">Without angle brackets.</param>
/// <param name="Filed">The change of the account that filed it and marked what it answers; null when not known.</param>
internal sealed record HeldCopy(string? MessageId, ModSeq? Filed);
