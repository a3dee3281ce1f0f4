using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// The policy of read states changes, within one unit (ADR 0016). What looks different to somebody afterwards gets the
/// unit's ModSeq, so that programs that remember ask again.
/// </summary>
internal static class ReadStateSwitch
{
    /// <summary>
    /// Whoever has had read states here finds them again; what has changed while they were common is as all saw it
    /// then. The other members begin.
    /// </summary>
    public static void ToPersons(UnitOfWork unit, IReadOnlyList<PersonId> members)
    {
        var states = unit.BeginReadStates();
        var rows = unit.Transaction.ReadStates;
        var (readers, pages) = (rows.Readers(), rows.Pages());
        foreach (var mailbox in unit.Transaction.Mailboxes())
            foreach (var placement in Resume(states, readers, pages, mailbox.Id))
                unit.SetFlags(mailbox.Id, placement, placement.Flags);
        foreach (var reader in readers)
            rows.Put(reader with { PausedAt = null });
        foreach (var member in members)
            states.Begin(member);
    }

    /// <summary>What anybody has read is read. Everybody's own states are kept as they are.</summary>
    public static void ToCommon(UnitOfWork unit)
    {
        var states = unit.ReadStates!;
        foreach (var mailbox in unit.Transaction.Mailboxes())
        {
            var items = new List<ChangedItem>();
            foreach (var placement in states.PlacementsOf(mailbox.Id))
            {
                var isSeen = placement.Flags.Has(MessageFlags.Seen);
                var after = placement.SeenAs(isSeen || states.IsSeenByAny(mailbox.Id, placement.Uid)).Flags;
                if (after != placement.Flags)
                    items.Add(new ChangedItem(placement.Uid, placement.Email, placement.Flags, after, null));
                if (after != placement.Flags || (isSeen && !states.IsSeenByAll(mailbox.Id, placement.Uid)))
                    unit.SetFlags(mailbox.Id, placement, after);
            }

            if (items.Count > 0)
                unit.Log(ChangeKind.FlagsChanged, mailbox.Id, null, items);
        }

        foreach (var reader in unit.Transaction.ReadStates.Readers())
            unit.Transaction.ReadStates.Put(reader with { PausedAt = unit.Transaction.ModSeq });
    }

    /// <returns>The placements that somebody now sees differently.</returns>
    private static List<Placement> Resume(
        ReadStateChanges states, IReadOnlyList<Reader> readers, IReadOnlyList<SeenPage> pages, MailboxId mailbox)
    {
        var placements = states.PlacementsOf(mailbox);
        var different = new HashSet<Uid>();
        foreach (var (person, pausedAt) in readers)
        {
            // With the bits of what is no longer there.
            var before = UidBits.Empty.With(pages.Where(page => page.Mailbox == mailbox && page.Person == person));
            states.Clear(mailbox, person, pages);
            foreach (var placement in placements)
            {
                var common = placement.Flags.Has(MessageFlags.Seen);
                var own = placement.ModSeq <= pausedAt ? before.Contains(placement.Uid) : common;
                if (own)
                    states.Write(mailbox, placement.Uid, person, true);
                if (own != common)
                    different.Add(placement.Uid);
            }
        }

        return placements.FindAll(placement => different.Contains(placement.Uid));
    }
}
