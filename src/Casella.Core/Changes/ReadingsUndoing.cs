using Casella.Core.Messages;

namespace Casella.Core.Changes;

/// <summary>
/// The part of <see cref="Undoing"/> that gives each person back what they had read, where read states are personal
/// (ADR 0016), wherever the message is now; unless they have changed their mind since by what is not taken back.
/// </summary>
internal sealed class ReadingsUndoing(UnitOfWork unit, UndoRequest request, UndoOutcome outcome)
{
    private readonly Dictionary<Lineage, PlacementName> _now = [];
    private readonly Dictionary<(MailboxId, PersonId), FlagChangeLog> _log = [];

    /// <summary>The undo has put the message into another place.</summary>
    public void Follow(Lineage lineage, PlacementName now) => _now[lineage] = now;

    public void TakeBack(Lineage lineage)
    {
        if (unit.ReadStates is null)
            return;
        foreach (var readings in lineage.Readings.GroupBy(step => step.Person))
            if (readings.FirstOrDefault(step => request.Selects(step.Change, lineage.Email)) is { } first)
                TakeBack(lineage, first, readings.SkipWhile(step => step != first)
                    .LastOrDefault(step => !request.Selects(step.Change, lineage.Email)));
    }

    public void WriteLog()
    {
        foreach (var ((mailbox, person), log) in _log)
            log.Write(unit, mailbox, person);
    }

    private void TakeBack(Lineage lineage, ReadingStep first, ReadingStep? later)
    {
        var name = _now.TryGetValue(lineage, out var now) ? now
            : lineage.Where is { } last ? new PlacementName(last.Mailbox, last.Uid) : (PlacementName?)null;
        // A message that is gone is unread for nobody.
        if (name is not { } here || unit.Transaction.Placement(here.Mailbox, here.Uid) is not { } placement)
            return;
        if (unit.ReadStates!.IsSeen(here.Mailbox, here.Uid, first.Person) == first.WasSeen)
        {
            outcome.LeaveAsIs();
            return;
        }

        if (later is not null)
        {
            outcome.Conflict(lineage.Email, UndoObstacle.ChangedSince, later.Change);
            return;
        }

        unit.ReadStates.Set(here.Mailbox, placement, first.Person, first.WasSeen);
        outcome.Add(UndoneWay.FlagsReset, lineage.Email, here.Mailbox);
        if (!_log.TryGetValue((here.Mailbox, first.Person), out var log))
            _log[(here.Mailbox, first.Person)] = log = new FlagChangeLog();
        log.Seen(placement, first.WasSeen);
    }
}
