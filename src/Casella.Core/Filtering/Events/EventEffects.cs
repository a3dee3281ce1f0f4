using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Sieve;

namespace Casella.Core.Filtering.Events;

/// <summary>
/// What a script wants done after an event, in one unit with how far the log has been gone through (RFC 6785 §3): what is
/// kept has the script's flags, and never its changes; what is not kept is marked as deleted; fileinto makes another
/// message.
/// </summary>
internal sealed record EventEffects(MailboxEvent Happened, bool IsKept, IReadOnlyList<EventCopy> Copies)
{
    /// <summary>IMAP's names.</summary>
    public IReadOnlyList<string> Add { get; init; } = [];
    public IReadOnlyList<string> Remove { get; init; } = [];
    public IReadOnlyList<(byte[] Key, TimeSpan For)> Remember { get; init; } = [];

    /// <summary>What went wrong, for the members; then there are no other effects.</summary>
    public ScriptFailure? Failure { get; init; }

    /// <param name="append">Puts a changed copy into a mailbox.</param>
    public void Apply(UnitOfWork unit, AccountId account, Action<MailboxId, EventCopy, FlagNames> append)
    {
        unit.Transaction.PutSetting(EventScripts.PositionSetting, Happened.Position.ToString());
        if (Failure is { } failure)
            FilterNotices.Tell(unit, failure);
        // Somebody has moved or deleted it in between: then it is theirs.
        if (unit.Transaction.Placements(Happened.Mailbox, [Happened.Uid]) is not [var original])
            return;
        var (isKept, used) = (IsKept, new HashSet<(MailboxId, StagedMessage?)>());
        foreach (var copy in Copies)
        {
            if (FilterTargets.Find(unit, account, copy.Mailbox) is not { } target)
            {
                FilterNotices.Tell(unit, FilterNotices.NoSuchFolder(copy.Mailbox.Name));
                isKept = true;
            }
            else if (used.Add((target, copy.Changed)))
            {
                var flags = FilterTargets.Flags(unit, copy.Flags);
                if (copy.Changed is null)
                    PlaceAgain(unit, original, target, flags);
                else
                    append(target, copy, flags);
            }
        }

        Mark(unit, FlagOperation.Add, isKept ? Add : [.. Add, "\\Deleted"]);
        Mark(unit, FlagOperation.Remove, Remove);
        foreach (var (key, time) in Remember)
            unit.Transaction.Filters.Remember(key, unit.Now + time);
    }

    private void Mark(UnitOfWork unit, FlagOperation operation, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
            PlacementChanges.StoreFlags(unit, Happened.Mailbox, [Happened.Uid], new FlagChange(operation, FilterTargets.Flags(unit, names), null));
    }

    private void PlaceAgain(UnitOfWork unit, Placement original, MailboxId target, FlagNames names)
    {
        var flags = unit.Resolve(names);
        var copy = unit.Place(target, original.Email, PlacementFacts.Of(Happened.Mailbox, original) with { Flags = flags });
        unit.Log(ChangeKind.Copied, Happened.Mailbox, target, [new ChangedItem(original.Uid, original.Email, original.Flags, flags, copy.Uid)]);
    }
}

/// <param name="Changed">The message as the script has changed it; null for the message as it is.</param>
internal sealed record EventCopy(SieveMailbox Mailbox, IReadOnlyList<string> Flags, StagedMessage? Changed);
