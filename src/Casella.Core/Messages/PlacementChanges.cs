using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// Copy, move, flags, expunge: what one unit does to placements that exist. A UID that is gone is left out without a
/// word; the protocol sees it in the result.
/// </summary>
internal static class PlacementChanges
{
    public static CopyResult Copy(UnitOfWork unit, MailboxId source, IReadOnlyList<Uid> uids, MailboxId target)
    {
        _ = unit.Selectable(source);
        var validity = unit.Selectable(target).UidValidity;
        var (from, to, items) = (new List<Uid>(uids.Count), new List<Uid>(uids.Count), new List<ChangedItem>(uids.Count));
        foreach (var uid in uids)
        {
            if (unit.Transaction.Placement(source, uid) is not { } placement)
                continue;
            // RFC 8474 §5.1: a copy is the same message with flags of its own.
            var copy = unit.Place(target, placement.Email, PlacementFacts.Of(source, placement));
            from.Add(uid);
            to.Add(copy.Uid);
            items.Add(new ChangedItem(uid, placement.Email, placement.Flags, copy.Flags, copy.Uid));
        }

        if (items.Count > 0)
            unit.Log(ChangeKind.Copied, source, target, items);
        return new CopyResult(validity, from, to) { ModSeq = items.Count > 0 ? unit.Transaction.ModSeq : null };
    }

    /// <summary>
    /// The new placement first, then the old one goes: the message never counts as an orphan in between.
    /// </summary>
    public static CopyResult Move(UnitOfWork unit, MailboxId source, IReadOnlyList<Uid> uids, MailboxId target)
    {
        _ = unit.Selectable(source);
        var validity = unit.Selectable(target).UidValidity;
        var (from, to, items) = (new List<Uid>(uids.Count), new List<Uid>(uids.Count), new List<ChangedItem>(uids.Count));
        foreach (var uid in uids)
        {
            if (unit.Transaction.Placement(source, uid) is not { } placement)
                continue;
            var moved = unit.Place(target, placement.Email, PlacementFacts.Of(source, placement));
            unit.Remove(source, placement);
            from.Add(uid);
            to.Add(moved.Uid);
            items.Add(new ChangedItem(uid, placement.Email, placement.Flags, moved.Flags, moved.Uid));
        }

        if (items.Count > 0)
            unit.Log(ChangeKind.Moved, source, target, items);
        return new CopyResult(validity, from, to) { ModSeq = items.Count > 0 ? unit.Transaction.ModSeq : null };
    }

    public static StoreResult StoreFlags(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<Uid> uids, FlagChange change)
    {
        _ = unit.Selectable(mailbox);
        var (stored, modified, log, reader) = (new List<Placement>(uids.Count), new List<Uid>(), new FlagChangeLog(), unit.ReadStates?.Reader);
        MessageFlags? flags = null;
        foreach (var uid in uids)
        {
            if (unit.Transaction.Placement(mailbox, uid) is not { } placement)
                continue;
            if (change.UnchangedSince is { } since && placement.ModSeq > since)
            {
                modified.Add(uid);
                continue;
            }

            // Keywords are made only once there is a message that takes them.
            flags ??= change.Operation is FlagOperation.Remove ? unit.ResolveKnown(change.Flags) : unit.Resolve(change.Flags);
            var at = new PlacementAt(mailbox, placement);
            stored.Add(reader is { } person
                ? Store(unit, at, person, change.Apply(unit.ReadStates!.ShownTo(person, at).Flags, flags.Value), log)
                : Store(unit, at, change.Apply(placement.Flags, flags.Value), log));
        }

        return new StoreResult(log.Write(unit, mailbox, reader) ? unit.Transaction.ModSeq : null, stored, modified);
    }

    private static Placement Store(UnitOfWork unit, PlacementAt at, MessageFlags wanted, FlagChangeLog log)
    {
        if (wanted == at.Placement.Flags)
            return at.Placement;
        log.Flags(at.Placement, wanted);
        return unit.SetFlags(at.Mailbox, at.Placement, wanted);
    }

    /// <summary>As a person wants it whose \Seen is their own; the rest is everybody's.</summary>
    /// <returns>As the person sees it now.</returns>
    private static Placement Store(UnitOfWork unit, PlacementAt at, PersonId person, MessageFlags wanted, FlagChangeLog log)
    {
        var isSeen = wanted.Has(MessageFlags.Seen);
        var forAll = (at.Placement with { Flags = wanted }).SeenAs(at.Placement.Flags.Has(MessageFlags.Seen)).Flags;
        var stored = Store(unit, at, forAll, log);
        if (unit.ReadStates!.Set(at.Mailbox, stored, person, isSeen))
        {
            log.Seen(stored, isSeen);
            stored = stored with { ModSeq = unit.Transaction.ModSeq };
        }

        return stored.SeenAs(isSeen);
    }

    /// <summary>
    /// Changes flags of one message wherever it is, by the server's own rules (answered, work): with an entry of the
    /// log for each mailbox.
    /// </summary>
    public static void Mark(UnitOfWork unit, EmailId message, MessageFlags add, MessageFlags remove)
    {
        foreach (var (mailbox, placement) in unit.Transaction.PlacementsOf(message))
        {
            var after = placement.Flags.Without(remove) | add;
            if (after == placement.Flags)
                continue;
            unit.SetFlags(mailbox, placement, after);
            unit.Log(ChangeKind.FlagsChanged, mailbox, null, [new ChangedItem(placement.Uid, message, placement.Flags, after, null)]);
        }
    }

    public static ExpungeResult Expunge(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<Uid>? uids, bool onlyDeleted)
    {
        if (uids is null && onlyDeleted && unit.Selectable(mailbox).Deleted == 0)
            return new ExpungeResult(null, []);
        var expunged = new List<Uid>();
        var items = new List<ChangedItem>();
        foreach (var placement in Candidates(unit, mailbox, uids))
        {
            if (onlyDeleted && !placement.Flags.Has(MessageFlags.Deleted))
                continue;
            unit.Remove(mailbox, placement);
            expunged.Add(placement.Uid);
            items.Add(ChangedItem.Gone(placement));
        }

        if (items.Count == 0)
            return new ExpungeResult(null, []);
        unit.Log(ChangeKind.Expunged, mailbox, null, items);
        return new ExpungeResult(unit.Transaction.ModSeq, expunged);
    }

    private static IEnumerable<Placement> Candidates(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<Uid>? uids)
    {
        _ = unit.Selectable(mailbox);
        if (uids is not null)
            return uids.Select(uid => unit.Transaction.Placement(mailbox, uid)).OfType<Placement>();
        var all = new List<Placement>();
        unit.Transaction.Placements(mailbox, all);
        return all;
    }
}

/// <summary>STORE's wish (RFC 9051 §6.4.6).</summary>
internal sealed record FlagChange(FlagOperation Operation, FlagNames Flags, ModSeq? UnchangedSince)
{
    public bool IsOfSeenOnly => Operation is not FlagOperation.Replace && Flags.System == MessageFlags.Seen && Flags.Keywords.Count == 0;

    public MessageFlags Apply(MessageFlags before, MessageFlags flags) => Operation switch
    {
        FlagOperation.Replace => flags,
        FlagOperation.Add => before | flags,
        FlagOperation.Remove => before.Without(flags),
    };
}
