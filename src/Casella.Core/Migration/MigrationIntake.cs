using Casella.Core.Changes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Migration;

/// <summary>
/// Writes what is brought over from another server, each time with the note of it in the same transaction. Changes like
/// any other, by the actor. One for each actor, as <see cref="MailAccount.Migration"/>.
/// </summary>
internal sealed class MigrationIntake(AccountState state, Actor actor)
{
    public Task<IReadOnlyList<MigratedRow>> RowsAsync(OldFolderKey folder, CancellationToken cancellationToken) => state.Store.WriteAsync(
        state.Id, transaction => transaction.Migration.OfFolder(folder), committed: null, cancellationToken);

    /// <summary>Places messages and notes where, all or none.</summary>
    /// <returns>The notes.</returns>
    /// <exception cref="MailException">OverQuota.</exception>
    public Task<IReadOnlyList<MigratedRow>> TakeAsync(OldFolderKey folder, MailboxId mailbox, IReadOnlyList<MessageToMigrate> messages, CancellationToken cancellationToken) =>
        state.WriteAsync<IReadOnlyList<MigratedRow>>(actor, unit => Take(unit, folder, mailbox, messages), cancellationToken);

    /// <summary>What has changed there since we looked last, and only that: what was done here stays.</summary>
    public Task FollowFlagsAsync(OldFolderKey folder, IReadOnlyList<(MigratedRow Row, FlagNames Now)> changed, CancellationToken cancellationToken) => state.WriteAsync(
        actor,
        unit =>
        {
            foreach (var (row, now) in changed)
            {
                Follow(unit, row, now);
                unit.Transaction.Migration.Put(folder, row with { OldFlags = now });
            }

            return changed.Count;
        },
        cancellationToken);

    /// <summary>Messages that are gone there go here too, as if somebody had expunged them: they can be undone.</summary>
    /// <returns>How many were still where they had been placed.</returns>
    public Task<int> FollowRemovalsAsync(OldFolderKey folder, IReadOnlyList<MigratedRow> gone, CancellationToken cancellationToken) => state.WriteAsync(
        actor,
        unit =>
        {
            foreach (var row in gone)
                unit.Transaction.Migration.Delete(folder, row.OldUid);
            return gone.GroupBy(row => row.Place.Mailbox).Where(group => unit.Transaction.Mailbox(group.Key) is { IsSelectable: true })
                .Sum(group => PlacementChanges.Expunge(unit, group.Key, [.. group.Select(row => row.Place.Uid).Order()], onlyDeleted: false).Expunged.Count);
        },
        cancellationToken);

    public Task PutUniqueIdsAsync(IEnumerable<(EmailId Message, string UniqueId)> ids, CancellationToken cancellationToken) => state.Store.WriteAsync(
        state.Id,
        transaction =>
        {
            foreach (var (message, uniqueId) in ids)
                transaction.Migration.PutUniqueId(message, uniqueId);
            return true;
        },
        committed: null,
        cancellationToken);

    public Task<IReadOnlyDictionary<EmailId, string>> UniqueIdsAsync(CancellationToken cancellationToken) =>
        state.Store.ReadAsync(state.Id, reader => reader.OldUniqueIds(), cancellationToken);

    /// <summary>Where a message is in a mailbox, apart from placements that stand for others; null for nowhere.</summary>
    public Task<PlacementName?> PlaceOfAsync(EmailId message, MailboxId mailbox, IReadOnlySet<PlacementName> claimed, CancellationToken cancellationToken) =>
        state.Store.ReadAsync(
            state.Id,
            reader => reader.PlacementsOf(message).Where(place => place.Mailbox == mailbox)
                .Select(place => (PlacementName?)new PlacementName(mailbox, place.Placement.Uid)).FirstOrDefault(place => !claimed.Contains(place!.Value)),
            cancellationToken);

    private static List<MigratedRow> Take(UnitOfWork unit, OldFolderKey folder, MailboxId mailbox, IReadOnlyList<MessageToMigrate> messages)
    {
        var (rows, items) = (new List<MigratedRow>(messages.Count), new List<ChangedItem>(messages.Count));
        foreach (var message in messages)
        {
            if (message.There is { } there)
            {
                rows.Add(new MigratedRow(message.Old.Uid, there.Email, there.Place, message.Old.Flags));
                continue;
            }

            if (TakenMessage.Find(unit, message.Known, message.New) is not { } found)
                continue;
            found.CheckRoom(unit);
            var flags = unit.ResolveWhatFits(message.Old.Flags);
            var placement = unit.Place(mailbox, found.Email, found.Placed(flags, message.Old.ReceivedAt ?? unit.Now));
            items.Add(new ChangedItem(placement.Uid, found.Email, MessageFlags.None, flags, null));
            rows.Add(new MigratedRow(message.Old.Uid, found.Email, new PlacementName(mailbox, placement.Uid), message.Old.Flags));
        }

        foreach (var row in rows)
            unit.Transaction.Migration.Put(folder, row);
        if (items.Count > 0)
            unit.Log(ChangeKind.Added, mailbox, null, items);
        return rows;
    }

    private static void Follow(UnitOfWork unit, MigratedRow row, FlagNames now)
    {
        if (unit.Transaction.Mailbox(row.Place.Mailbox) is null || unit.Transaction.Placement(row.Place.Mailbox, row.Place.Uid) is not { } placement)
            return;
        var (then, wanted) = (unit.ResolveKnown(row.OldFlags), unit.ResolveWhatFits(now));
        var after = placement.Flags.Without(then.Without(wanted)) | wanted.Without(then);
        if (after == placement.Flags)
            return;
        unit.SetFlags(row.Place.Mailbox, placement, after);
        unit.Log(ChangeKind.FlagsChanged, row.Place.Mailbox, null, [new ChangedItem(placement.Uid, placement.Email, placement.Flags, after, null)]);
    }
}

/// <summary>One of the three is set.</summary>
/// <param name="There">Here already, in the right folder.</param>
/// <param name="Known">Here already, elsewhere: it is to be in one more folder.</param>
internal sealed record MessageToMigrate(OldMessage Old, (EmailId Email, PlacementName Place)? There, EmailId? Known, PreparedMessage? New);
