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
        foreach (var placement in Placements(unit, source, uids))
        {
            // RFC 8474 §5.1: a copy is the same message with flags of its own.
            var copy = unit.Place(target, placement.Email, PlacementFacts.Of(source, placement));
            from.Add(placement.Uid);
            to.Add(copy.Uid);
            items.Add(new ChangedItem(placement.Uid, placement.Email, placement.Flags, copy.Flags, copy.Uid));
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
        foreach (var placement in Placements(unit, source, uids))
        {
            var moved = unit.Place(target, placement.Email, PlacementFacts.Of(source, placement));
            unit.Remove(source, placement);
            from.Add(placement.Uid);
            to.Add(moved.Uid);
            items.Add(new ChangedItem(placement.Uid, placement.Email, placement.Flags, moved.Flags, moved.Uid));
        }

        if (items.Count > 0)
            unit.Log(ChangeKind.Moved, source, target, items);
        return new CopyResult(validity, from, to) { ModSeq = items.Count > 0 ? unit.Transaction.ModSeq : null };
    }

    public static StoreResult StoreFlags(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<Uid> uids, FlagChange change)
    {
        _ = unit.Selectable(mailbox);
        var (stored, modified, log, reader) = (new List<Placement>(uids.Count), new List<Uid>(), new FlagChangeLog(), unit.ReadStates?.Reader);
        var placements = Placements(unit, mailbox, uids);
        var (before, after) = (new List<Placement>(placements.Count), new List<Placement>(placements.Count));
        MessageFlags? flags = null;
        foreach (var placement in placements)
        {
            if (change.UnchangedSince is { } since && placement.ModSeq > since)
            {
                modified.Add(placement.Uid);
                continue;
            }

            // Keywords are made only once there is a message that takes them.
            flags ??= change.Operation is FlagOperation.Remove ? unit.ResolveKnown(change.Flags) : unit.Resolve(change.Flags);
            if (reader is { } person)
            {
                var at = new PlacementAt(mailbox, placement);
                stored.Add(Store(unit, at, person, change.Apply(unit.ReadStates!.ShownTo(person, at).Flags, flags.Value), log));
                continue;
            }

            var wanted = change.Apply(placement.Flags, flags.Value);
            if (wanted == placement.Flags)
            {
                stored.Add(placement);
                continue;
            }

            before.Add(placement);
            after.Add(placement with { Flags = wanted, ModSeq = unit.Transaction.ModSeq });
            stored.Add(after[^1]);
        }

        if (after.Count > 0)
        {
            unit.SetFlags(mailbox, before, after);
            log.Flags(before, after);
        }

        return new StoreResult(log.Write(unit, mailbox, reader) ? unit.Transaction.ModSeq : null, stored, modified);
    }

    /// <summary>As a person wants it whose \Seen is their own; the rest is everybody's.</summary>
    /// <returns>As the person sees it now.</returns>
    private static Placement Store(UnitOfWork unit, PlacementAt at, PersonId person, MessageFlags wanted, FlagChangeLog log)
    {
        var isSeen = wanted.Has(MessageFlags.Seen);
        var forAll = (at.Placement with { Flags = wanted }).SeenAs(at.Placement.Flags.Has(MessageFlags.Seen)).Flags;
        var stored = at.Placement;
        if (forAll != stored.Flags)
        {
            log.Flags(stored, forAll);
            stored = unit.SetFlags(at.Mailbox, stored, forAll);
        }

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

    /// <summary>Each of the UIDs that is there, once, ascending.</summary>
    private static IReadOnlyList<Placement> Placements(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<Uid> uids)
    {
        for (var i = 1; i < uids.Count; i++)
            if (uids[i] <= uids[i - 1])
                return unit.Transaction.Placements(mailbox, [.. uids.Distinct().OrderBy(uid => uid.Value)]);
        return unit.Transaction.Placements(mailbox, uids);
    }

    private static IEnumerable<Placement> Candidates(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<Uid>? uids)
    {
        _ = unit.Selectable(mailbox);
        if (uids is not null)
            return Placements(unit, mailbox, uids);
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
