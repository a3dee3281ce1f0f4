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
        return new CopyResult(validity, from, to);
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
        return new CopyResult(validity, from, to);
    }

    public static StoreResult StoreFlags(UnitOfWork unit, MailboxId mailbox, IReadOnlyList<Uid> uids, FlagChange change)
    {
        _ = unit.Selectable(mailbox);
        var (stored, modified, log) = (new List<Placement>(uids.Count), new List<Uid>(), new FlagChangeLog());
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
            var after = change.Apply(unit.ReadStates.AsActorSees(mailbox, placement).Flags, flags.Value);
            stored.Add(Store(unit, mailbox, placement, after, log));
        }

        return new StoreResult(log.Write(unit, mailbox) ? unit.Transaction.ModSeq : null, stored, modified);
    }

    /// <summary>
    /// Gives a placement the flags that the actor wants to see: where read states are personal, \Seen is the actor's
    /// own and the rest is everybody's.
    /// </summary>
    /// <returns>As the actor sees it now.</returns>
    private static Placement Store(UnitOfWork unit, MailboxId mailbox, Placement placement, MessageFlags wanted, FlagChangeLog log)
    {
        var isSeen = wanted.Has(MessageFlags.Seen);
        var common = unit.ReadStates.Reader is null
            ? wanted
            : (placement with { Flags = wanted }).SeenAs(placement.Flags.Has(MessageFlags.Seen)).Flags;
        if (common != placement.Flags)
        {
            log.Flags.Add(new ChangedItem(placement.Uid, placement.Email, placement.Flags, common, null));
            placement = unit.SetFlags(mailbox, placement, common);
        }

        if (unit.ReadStates.Reader is { } person && unit.ReadStates.Set(mailbox, placement, person, isSeen))
        {
            log.Seen.Add(FlagChangeLog.SeenItem(placement, isSeen));
            placement = placement with { ModSeq = unit.Transaction.ModSeq };
        }

        return unit.ReadStates.Reader is null ? placement : placement.SeenAs(isSeen);
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
            items.Add(new ChangedItem(placement.Uid, placement.Email, placement.Flags, MessageFlags.None, null));
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

/// <summary>
/// What a STORE writes into the change log: what all see in one entry, the actor's own \Seen in another.
/// </summary>
internal sealed class FlagChangeLog
{
    public List<ChangedItem> Flags { get; } = [];
    public List<ChangedItem> Seen { get; } = [];

    /// <summary>Before and after are the person's \Seen and nothing else.</summary>
    public static ChangedItem SeenItem(Placement placement, bool isSeen) => new(
        placement.Uid, placement.Email, isSeen ? MessageFlags.None : MessageFlags.Seen, isSeen ? MessageFlags.Seen : MessageFlags.None, null);

    /// <returns>False when nothing has changed.</returns>
    public bool Write(UnitOfWork unit, MailboxId mailbox)
    {
        if (Flags.Count > 0)
            unit.Log(ChangeKind.FlagsChanged, mailbox, null, Flags);
        if (Seen.Count > 0)
            unit.Log(ChangeKind.SeenByPerson, mailbox, null, Seen);
        return Flags.Count + Seen.Count > 0;
    }
}

/// <summary>STORE's wish (RFC 9051 §6.4.6).</summary>
internal sealed record FlagChange(FlagOperation Operation, FlagNames Flags, ModSeq? UnchangedSince)
{
    public MessageFlags Apply(MessageFlags before, MessageFlags flags) => Operation switch
    {
        FlagOperation.Replace => flags,
        FlagOperation.Add => before | flags,
        FlagOperation.Remove => before.Without(flags),
    };
}
