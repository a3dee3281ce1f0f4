using System.Globalization;
using Casella.Core.Maildrops;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Formats.Mime;

namespace Casella.Core.Changes;

/// <summary>
/// Takes changes back within one unit (ADR 0009). A message that nobody else has changed since goes back to where it was,
/// with the flags it had; a new UID where the law demands one. What somebody else has touched is left and named. The same
/// undo again does nothing, and an undo can be undone: it is changes like any other.
/// </summary>
internal sealed class Undoing(UnitOfWork unit, UndoRequest request)
{
    /// <summary>Entries of the log read at a time.</summary>
    private const int Page = 1_000;

    private readonly Lineages _lineages = new();
    private readonly List<ChangeRow> _others = [];
    private readonly List<UndoConflict> _conflicts = [];
    private readonly Dictionary<MailboxId, MailboxId> _remade = [];
    private readonly List<string> _folders = [];
    private readonly Dictionary<Lineage, PlacementName> _now = [];
    private readonly Dictionary<(MailboxId, PersonId), FlagChangeLog> _readings = [];
    private readonly Dictionary<(ChangeKind, MailboxId, MailboxId?), List<ChangedItem>> _log = [];
    private int _restored;
    private int _alreadySo;

    public UndoResult Run()
    {
        ReadLog();
        foreach (var change in _others.Where(IsSelected))
            TakeBack(change);
        foreach (var lineage in _lineages.All.Where(lineage => lineage.Steps.Any(step => IsSelected(step.Change))))
            TakeBack(lineage);
        if (unit.ReadStates is not null)
            foreach (var lineage in _lineages.All)
                TakeReadingsBack(lineage);
        WriteLog();
        return new UndoResult(_restored, _alreadySo, _folders, _conflicts);
    }

    private bool IsSelected(ChangeRow change) => request.Selects(change.ModSeq, change.Actor, change.At);

    /// <summary>From the first selected change to the end: whoever came later has the last word.</summary>
    private void ReadLog()
    {
        var after = request.Change is { } one ? new ModSeq(one.Value - 1) : new ModSeq(0);
        var hasBegun = false;
        for (var limit = Page; unit.Transaction.Changes(after, limit) is { Count: > 0 } page;)
        {
            // A full page may end within a transaction, whose rest comes with the next page, from its beginning.
            var last = page[^1].ModSeq;
            var whole = page.Count < limit ? page : [.. page.TakeWhile(change => change.ModSeq != last)];
            limit = whole.Count == 0 ? limit * 2 : Page;
            foreach (var change in whole)
            {
                hasBegun = hasBegun || IsSelected(change);
                if (hasBegun)
                    Take(change);
            }

            after = whole.Count == 0 ? after : whole[^1].ModSeq;
        }
    }

    private void Take(ChangeRow change)
    {
        if (change.Items.Count > 0 && change.Mailbox is not null && change.Kind is not ChangeKind.HiddenForDevice)
            _lineages.Follow(change);
        else
            _others.Add(change);
    }

    private void TakeBack(ChangeRow change)
    {
        switch (change.Kind)
        {
            case ChangeKind.MailboxDeleted when change.Mailbox is { } deleted:
                Remake(deleted, change.Text!);
                break;
            case ChangeKind.MailboxCreated or ChangeKind.MailboxRenamed:
                _conflicts.Add(new UndoConflict(change.Text!.Split('\n')[^1], UndoObstacle.FolderKept, null, null));
                break;
            case ChangeKind.HiddenForDevice when change.Actor.Device is { } device:
                if (!request.IsTrial)
                    _restored += MaildropViews.Unhide(unit, device, change.ModSeq, [.. change.Items.Select(item => item.Email)]);
                break;
        }
    }

    /// <summary>A deleted folder is made again under its name; that its UIDs are new, its new UIDVALIDITY says.</summary>
    private void Remake(MailboxId deleted, string text)
    {
        var (name, use) = TreeChanges.ReadDeleted(text);
        var present = unit.Transaction.Mailboxes().FirstOrDefault(row => row.Name == name);
        if (present is { IsSelectable: true })
        {
            _remade[deleted] = present.Id;
            return;
        }

        _folders.Add(name.Value);
        if (!request.IsTrial)
            _remade[deleted] = TreeChanges.Remake(unit, name, use);
    }

    private void TakeBack(Lineage lineage)
    {
        var first = lineage.Steps.First(step => IsSelected(step.Change));
        var wanted = first.Before;
        var present = Present(lineage);
        if (IsSame(wanted, present, lineage))
        {
            _alreadySo++;
            return;
        }

        var later = lineage.Steps.SkipWhile(step => step != first).LastOrDefault(step => !IsSelected(step.Change));
        if (later is not null)
            _conflicts.Add(new UndoConflict(Subject(lineage.Email), UndoObstacle.ChangedSince, later.Change.Actor, later.Change.At));
        else if (Obstacle(lineage, wanted, present) is { } obstacle)
            _conflicts.Add(new UndoConflict(Subject(lineage.Email), obstacle, null, null));
        else
            PutBack(lineage.Email, wanted, present, lineage);
    }

    private Placement? Present(Lineage lineage) =>
        lineage.Last is { } last && unit.Transaction.Mailbox(last.Mailbox) is not null ? unit.Transaction.Placement(last.Mailbox, last.Uid) : null;

    /// <summary>In the same mailbox with the same flags; the UID may be another since an earlier undo.</summary>
    private bool IsSame(Whereabouts? wanted, Placement? present, Lineage lineage) => wanted is null
        ? present is null
        : present is { } placement && lineage.Last!.Mailbox == Home(wanted) && placement.Flags == wanted.Flags;

    private UndoObstacle? Obstacle(Lineage lineage, Whereabouts? wanted, Placement? present)
    {
        if (wanted is null)
            return null;
        if (present is null && unit.Transaction.Kept(lineage.Email) is null)
            return UndoObstacle.ContentGone;
        return request.IsTrial || unit.Transaction.Mailbox(Home(wanted)) is not null ? null : UndoObstacle.FolderGone;
    }

    private MailboxId Home(Whereabouts wanted) => _remade.GetValueOrDefault(wanted.Mailbox, wanted.Mailbox);

    private void PutBack(EmailId email, Whereabouts? wanted, Placement? present, Lineage lineage)
    {
        _restored++;
        if (request.IsTrial)
            return;
        var here = lineage.Last?.Mailbox ?? default;
        if (wanted is null)
        {
            unit.Remove(here, present!.Value);
            Write(ChangeKind.Expunged, here, null, new ChangedItem(present.Value.Uid, email, present.Value.Flags, MessageFlags.None, null));
            return;
        }

        var home = Home(wanted);
        if (present is not { } placement)
            Restore(lineage, wanted, home);
        else if (here == home)
        {
            unit.SetFlags(home, placement, wanted.Flags);
            Write(ChangeKind.FlagsChanged, home, null, new ChangedItem(placement.Uid, email, placement.Flags, wanted.Flags, null));
        }
        else
        {
            var moved = unit.Place(home, email, PlacementFacts.Of(here, placement) with { Flags = wanted.Flags });
            unit.Remove(here, placement);
            _now[lineage] = new PlacementName(home, moved.Uid);
            Write(ChangeKind.Moved, here, home, new ChangedItem(placement.Uid, email, placement.Flags, wanted.Flags, moved.Uid));
        }
    }

    /// <summary>From what is kept. It may exceed the quota: nothing is lost for want of room.</summary>
    private void Restore(Lineage lineage, Whereabouts wanted, MailboxId home)
    {
        var email = lineage.Email;
        var kept = unit.Transaction.Kept(email)!.Value;
        var placed = unit.Place(home, email, new PlacementFacts(wanted.Flags, kept.Size, kept.ReceivedAt));
        Write(ChangeKind.Restored, home, wanted.Mailbox, new ChangedItem(placed.Uid, email, wanted.Flags, wanted.Flags, wanted.Uid));
        var now = _now[lineage] = new PlacementName(home, placed.Uid);
        if (lineage.Steps.LastOrDefault(step => step.Change.Kind is ChangeKind.Expunged) is { Before: { } gone } expunged)
            unit.ReadStates?.PutBack(now, gone.Uid, expunged.Change.Text);
    }

    /// <summary>
    /// What each person had read before the first selected change of it, wherever the message is now; unless they have
    /// changed their mind since by what is not taken back.
    /// </summary>
    private void TakeReadingsBack(Lineage lineage)
    {
        foreach (var readings in lineage.Readings.GroupBy(step => step.Person))
            if (readings.FirstOrDefault(step => IsSelected(step.Change)) is { } first)
                TakeBack(lineage, first, readings.SkipWhile(step => step != first).LastOrDefault(step => !IsSelected(step.Change)));
    }

    private void TakeBack(Lineage lineage, ReadingStep first, ReadingStep? later)
    {
        var name = _now.TryGetValue(lineage, out var now) ? now
            : lineage.Last is { } last ? new PlacementName(last.Mailbox, last.Uid) : (PlacementName?)null;
        // A message that is gone is unread for nobody.
        if (name is not { } here || unit.Transaction.Placement(here.Mailbox, here.Uid) is not { } placement)
            return;
        if (unit.ReadStates!.IsSeen(here.Mailbox, here.Uid, first.Person) == first.WasSeen)
        {
            _alreadySo++;
            return;
        }

        if (later is not null)
        {
            _conflicts.Add(new UndoConflict(Subject(lineage.Email), UndoObstacle.ChangedSince, later.Change.Actor, later.Change.At));
            return;
        }

        _restored++;
        if (request.IsTrial)
            return;
        unit.ReadStates.Set(here.Mailbox, placement, first.Person, first.WasSeen);
        if (!_readings.TryGetValue((here.Mailbox, first.Person), out var log))
            _readings[(here.Mailbox, first.Person)] = log = new FlagChangeLog();
        log.Seen(placement, first.WasSeen);
    }

    private void Write(ChangeKind kind, MailboxId mailbox, MailboxId? other, ChangedItem item)
    {
        if (!_log.TryGetValue((kind, mailbox, other), out var items))
            _log[(kind, mailbox, other)] = items = [];
        items.Add(item);
    }

    private void WriteLog()
    {
        if (request.IsTrial || (_restored == 0 && _folders.Count == 0))
            return;
        foreach (var ((kind, mailbox, other), items) in _log)
            unit.Log(kind, mailbox, other, items);
        foreach (var ((mailbox, person), log) in _readings)
            log.Write(unit, mailbox, person);
        var what = request.Change is { } change ? $"change {change.Value}"
            : request.Device is { } device ? $"device {device.Value}" : $"person {request.Person!.Value.Value}";
        unit.Log(ChangeKind.Undone, null, null, [], string.Create(
            CultureInfo.InvariantCulture, $"{what}\n{request.Since:O}\n{_restored}\n{_conflicts.Count}"));
    }

    private string Subject(EmailId email) =>
        unit.Transaction.Messages([email], MessageNeeds.Envelope) is [var row]
            && CompactForm.ReadEnvelope(row.Envelope).Subject is { } subject
            ? DecodedText.Header(subject.Span)
            : "";
}
