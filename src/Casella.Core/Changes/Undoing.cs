using Casella.Core.Directory;
using Casella.Core.Maildrops;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>
/// Takes changes back within one unit (ADR 0009). A message that nobody else has changed since goes back to where it was,
/// with the flags it had; a new UID where the law demands one. What somebody else has touched is left and named. The same
/// undo again does nothing, and an undo can be undone: it is changes like any other.
/// </summary>
internal sealed class Undoing
{
    /// <summary>Entries of the log read at a time.</summary>
    private const int Page = 1_000;

    /// <summary>The log is in the order of the commits; a clock that was set back is not.</summary>
    private static readonly TimeSpan ClockSetBack = TimeSpan.FromDays(1);

    private readonly UnitOfWork _unit;
    private readonly UndoRequest _request;
    private readonly Lineages _lineages;
    private readonly UndoOutcome _outcome;
    private readonly TreeUndoing _tree;
    private readonly ReadingsUndoing _readings;
    private readonly List<ChangeRow> _hidden = [];
    private readonly Dictionary<(ChangeKind, MailboxId, MailboxId?), List<ChangedItem>> _log = [];

    public Undoing(UnitOfWork unit, UndoRequest request)
    {
        (_unit, _request, _lineages) = (unit, request, new Lineages(request));
        _outcome = new UndoOutcome(unit.Transaction);
        _tree = new TreeUndoing(unit, request, _outcome);
        _readings = new ReadingsUndoing(unit, request, _outcome);
    }

    /// <exception cref="MailException">NoPermission: somebody else's changes, by who does not manage the
    /// mailbox.</exception>
    public UndoResult Run()
    {
        var isManager = _unit.Actor.Rights.HasFlag(MemberRights.Manage);
        if (!isManager && !_request.IsOnlyOf(_unit.Actor) && _request.Change is null)
            throw new MailException(MailError.NoPermission, $"{_unit.Actor.Name} undoes what others did");
        ReadLog(isManager);
        _tree.MakeAgain();
        foreach (var lineage in _lineages.All.Where(lineage => lineage.IsSelected))
            TakeBack(lineage);
        foreach (var lineage in _lineages.All)
            _readings.TakeBack(lineage);
        foreach (var change in _hidden)
            Unhide(change);
        foreach (var ((kind, mailbox, other), items) in _log)
            _unit.Log(kind, mailbox, other, items);
        _readings.WriteLog();
        _tree.RemoveMade();
        if (!_outcome.HasDone)
            return _outcome.Result(null);
        _unit.Log(ChangeKind.Undone, null, null, [], _request.Write(_outcome.Restored, _outcome.Conflicts));
        return _outcome.Result(_unit.Transaction.ModSeq);
    }

    /// <summary>From the first selected change to the end: whoever came later has the last word.</summary>
    private void ReadLog(bool isManager)
    {
        var hasBegun = false;
        foreach (var transaction in ChangeTransactions.Read(_unit.Transaction, Beginning(), Page))
        {
            var selected = transaction.Where(IsSelected).ToList();
            if (!isManager && selected.Any(change => !IsOwn(change.Actor)))
                throw new MailException(MailError.NoPermission, $"{_unit.Actor.Name} undoes what others did");
            hasBegun = hasBegun || selected.Count > 0;
            if (!hasBegun)
                continue;
            var undone = transaction.FirstOrDefault(change => change.Kind is ChangeKind.Undone);
            var (by, conflicts) = undone is null ? (null, 0L) : UndoRequest.Read(undone.Text!);
            foreach (var change in transaction)
                Take(change, by);
            if (by is not null && conflicts == 0)
                _lineages.EndUndo(undone!, by);
        }
    }

    private ModSeq Beginning()
    {
        if (_request.Change is { } one)
            return new ModSeq(one.Value - 1);
        return _request.Since - DateTimeOffset.MinValue < ClockSetBack
            ? new ModSeq(0)
            : _unit.Transaction.ModSeqBefore(_request.Since - ClockSetBack);
    }

    private bool IsSelected(ChangeRow change) =>
        _request.Messages is null ? _request.Selects(change) : change.Items.Any(item => _request.Selects(change, item.Email));

    private bool IsOwn(Actor actor) => _unit.Actor.Person is { } person
        ? actor.Person == person
        : _unit.Actor.Device is { } device && actor.Person is null && actor.Device == device;

    private void Take(ChangeRow change, UndoRequest? by)
    {
        if (change.Kind is ChangeKind.HiddenForDevice)
        {
            if (IsSelected(change))
                _hidden.Add(change);
        }
        else if (change.Items.Count > 0 && change.Mailbox is not null)
        {
            _lineages.Follow(change, by);
            _tree.FollowMessages(change);
        }
        else
            _tree.Follow(change, by);
    }

    private void Unhide(ChangeRow change)
    {
        var messages = change.Items.Select(item => item.Email).Distinct().Where(email => _request.Selects(change, email));
        foreach (var message in messages)
            for (var left = MaildropViews.Unhide(_unit, change.Actor.Device!.Value, change.ModSeq, [message]); left > 0; left--)
                _outcome.Add(UndoneWay.Unhidden, message, change.Mailbox!.Value);
    }

    private void TakeBack(Lineage lineage)
    {
        var first = lineage.First(_request);
        var present = Present(lineage);
        if (first is null || IsSame(first.Before, present, lineage))
        {
            // An earlier undo has taken it back, or somebody by hand.
            _outcome.LeaveAsIs();
            return;
        }

        if (lineage.LastOfOthers(_request, first) is { } later)
            _outcome.Conflict(lineage.Email, UndoObstacle.ChangedSince, later.Change);
        else if (first.Before is not { } wanted)
            TakeAway(lineage.Email, lineage.Last!.After!.Mailbox, present!.Value);
        else if (present is null && _unit.Transaction.Kept(lineage.Email) is null)
            _outcome.Conflict(lineage.Email, UndoObstacle.ContentGone, null);
        else if (_tree.Home(wanted.Mailbox) is not { } home)
            _outcome.Conflict(lineage.Email, UndoObstacle.FolderGone, _tree.DeletionOf(wanted.Mailbox));
        else
            PutBack(lineage, wanted with { Mailbox = home }, present);
    }

    private Placement? Present(Lineage lineage) =>
        lineage.Last!.After is { } last && _unit.Transaction.Mailbox(last.Mailbox) is not null
            ? _unit.Transaction.Placement(last.Mailbox, last.Uid)
            : null;

    /// <summary>In the same mailbox with the same flags; the UID may be another since an earlier undo.</summary>
    private bool IsSame(Whereabouts? wanted, Placement? present, Lineage lineage) => wanted is null
        ? present is null
        : present is { } placement && lineage.Last!.After!.Mailbox == _tree.Present(wanted.Mailbox) && placement.Flags == wanted.Flags;

    private void TakeAway(EmailId email, MailboxId here, Placement placement)
    {
        _unit.Remove(here, placement);
        Write(ChangeKind.Expunged, here, null, ChangedItem.Gone(placement));
        _outcome.Add(UndoneWay.TakenAway, email, here);
    }

    private void PutBack(Lineage lineage, Whereabouts wanted, Placement? present)
    {
        var (email, home) = (lineage.Email, wanted.Mailbox);
        if (present is not { } placement)
            Restore(lineage, wanted);
        else if (lineage.Last!.After!.Mailbox is var here && here == home)
        {
            _unit.SetFlags(home, placement, wanted.Flags);
            Write(ChangeKind.FlagsChanged, home, null, new ChangedItem(placement.Uid, email, placement.Flags, wanted.Flags, null));
            _outcome.Add(UndoneWay.FlagsReset, email, home);
        }
        else
        {
            var moved = _unit.Place(home, email, PlacementFacts.Of(here, placement) with { Flags = wanted.Flags });
            _unit.Remove(here, placement);
            _readings.Follow(lineage, new PlacementName(home, moved.Uid));
            Write(ChangeKind.Moved, here, home, new ChangedItem(placement.Uid, email, placement.Flags, wanted.Flags, moved.Uid));
            _outcome.Add(UndoneWay.MovedBack, email, home);
        }
    }

    /// <summary>
    /// From what is kept. It may exceed the quota: nothing is lost for want of room. The log names the place where it was
    /// expunged: that is where a later undo, which may not read further back, finds it.
    /// </summary>
    private void Restore(Lineage lineage, Whereabouts wanted)
    {
        var email = lineage.Email;
        var kept = _unit.Transaction.Kept(email)!.Value;
        var (gone, receivedAt, readers) = lineage.Gone ?? new Expunging(wanted, null, null);
        var placed = _unit.Place(wanted.Mailbox, email, new PlacementFacts(wanted.Flags, kept.Size, receivedAt ?? kept.ReceivedAt, kept.SentAt));
        Write(ChangeKind.Restored, wanted.Mailbox, gone.Mailbox, new ChangedItem(placed.Uid, email, gone.Flags, wanted.Flags, gone.Uid));
        var now = new PlacementName(wanted.Mailbox, placed.Uid);
        _readings.Follow(lineage, now);
        _unit.ReadStates?.PutBack(now, gone.Uid, readers);
        _outcome.Add(UndoneWay.Restored, email, wanted.Mailbox);
    }

    private void Write(ChangeKind kind, MailboxId mailbox, MailboxId? other, ChangedItem item)
    {
        if (!_log.TryGetValue((kind, mailbox, other), out var items))
            _log[(kind, mailbox, other)] = items = [];
        items.Add(item);
    }
}

/// <summary>Ends the unit of a trial, so that nothing of it stays.</summary>
internal sealed class UndoTrial(UndoResult found) : Exception
{
    public UndoResult Found => found;
}
