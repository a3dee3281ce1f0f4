using Casella.Core.Filtering.Spam;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>
/// The folders' part of an undo: deleted ones are made again, renamed ones get their names back, made ones go when they
/// are empty again, subscriptions are as they were. From the last change to the first, so that a folder is there before
/// the one below it, and has the name that the change before knows. Used by <see cref="Undoing"/>.
/// </summary>
internal sealed class TreeUndoing(UnitOfWork unit, UndoRequest request, UndoOutcome outcome)
{
    private readonly List<ChangeRow> _changes = [];
    private readonly HashSet<ChangeRow> _byUndo = [];
    private readonly Dictionary<MailboxId, MailboxId> _remade = [];
    private readonly HashSet<MailboxId> _standIns = [];
    private readonly Dictionary<MailboxId, ChangeRow> _onlyIfWanted = [];
    private readonly Dictionary<MailboxId, ChangeRow> _broughtByOthers = [];

    /// <summary>An entry of the log that is of no message.</summary>
    /// <param name="by">The undo that made the change, or null.</param>
    public void Follow(ChangeRow change, UndoRequest? by)
    {
        _changes.Add(change);
        if (by is not null)
            _byUndo.Add(change);
        // An undo names the folder that it has made another for.
        if (change is { Kind: ChangeKind.MailboxCreated, Other: { } deleted, Mailbox: { } made })
            _remade[deleted] = made;
    }

    /// <summary>Who has put messages where, for the conflicts.</summary>
    public void FollowMessages(ChangeRow change)
    {
        var into = change.Kind is ChangeKind.Moved or ChangeKind.Copied ? change.Other : change.Mailbox;
        if (into is { } mailbox && change.Kind is not (ChangeKind.FlagsChanged or ChangeKind.Expunged or ChangeKind.SeenByPerson)
            && !change.Items.Any(item => request.Selects(change, item.Email)))
            _broughtByOthers[mailbox] = change;
    }

    /// <summary>Before the messages go back.</summary>
    public void MakeAgain()
    {
        foreach (var change in Selected)
            switch (change.Kind)
            {
                case ChangeKind.MailboxDeleted when IsMadeAndDeleted(change.Mailbox!.Value):
                    _onlyIfWanted[change.Mailbox!.Value] = change;
                    break;
                case ChangeKind.MailboxDeleted:
                    Remake(change);
                    break;
                case ChangeKind.MailboxRenamed:
                    RenameBack(change);
                    break;
                case ChangeKind.Subscribed or ChangeKind.Unsubscribed:
                    SubscribeAgain(change);
                    break;
                case ChangeKind.SpamListChanged:
                    ListAgain(change);
                    break;
            }
    }

    /// <summary>After the messages have gone back: what was made and is empty goes.</summary>
    public void RemoveMade()
    {
        foreach (var change in Selected)
            if (change.Kind is ChangeKind.MailboxCreated && unit.Transaction.Mailbox(Present(change.Mailbox!.Value)) is { } row
                && !_standIns.Contains(row.Id))
                RemoveMade(row);
    }

    /// <summary>The folder that a message goes back to, for one of the log; null when it is gone.</summary>
    public MailboxId? Home(MailboxId mailbox)
    {
        var present = Present(mailbox);
        if (unit.Transaction.Mailbox(present) is null && _onlyIfWanted.Remove(present, out var deletion))
        {
            Remake(deletion);
            present = Present(present);
        }

        return unit.Transaction.Mailbox(present) is { IsSelectable: true } ? present : null;
    }

    /// <summary>The last folder that has stood for one of the log; it need not be there.</summary>
    public MailboxId Present(MailboxId mailbox)
    {
        while (_remade.TryGetValue(mailbox, out var next))
            mailbox = next;
        return mailbox;
    }

    public ChangeRow? DeletionOf(MailboxId mailbox) =>
        _changes.FindLast(change => change.Kind is ChangeKind.MailboxDeleted && change.Mailbox == Present(mailbox));

    private IEnumerable<ChangeRow> Selected => Enumerable.Reverse(_changes).Where(request.Selects);

    /// <summary>
    /// Made and deleted again by the same hand: as if it had never been, unless somebody had put a message in it.
    /// </summary>
    private bool IsMadeAndDeleted(MailboxId mailbox) => _changes.Exists(
        change => change.Kind is ChangeKind.MailboxCreated && change.Mailbox == mailbox && change.Other is null && request.Selects(change));

    /// <summary>A deleted folder is made again under its name; that its UIDs are new, its new UIDVALIDITY says.</summary>
    private void Remake(ChangeRow deletion)
    {
        var (name, use) = TreeChanges.ReadDeleted(deletion.Text!);
        var present = Present(deletion.Mailbox!.Value);
        if (unit.Transaction.Mailbox(present) is not null)
            return;
        if (present != deletion.Mailbox && DeletionOf(present) is { } later && !request.Selects(later) && !_byUndo.Contains(later))
        {
            outcome.Conflict(name.Value, UndoObstacle.ChangedSince, later);
            return;
        }

        if (unit.Transaction.Mailboxes().FirstOrDefault(row => row.Name == name) is { IsSelectable: true } named)
        {
            StandIn(named.Id, present);
            return;
        }

        StandIn(TreeChanges.Remake(unit, name, use, deletion.Mailbox!.Value), present);
        outcome.Add(UndoneWay.FolderMade, name.Value);
    }

    private void StandIn(MailboxId mailbox, MailboxId deleted)
    {
        _remade[deleted] = mailbox;
        _standIns.Add(mailbox);
    }

    private void RenameBack(ChangeRow change)
    {
        var (from, to) = TreeChanges.ReadRenamed(change.Text!);
        // Renaming INBOX has moved its messages; INBOX itself has kept its name.
        if (from.IsInbox || unit.Transaction.Mailbox(Present(change.Mailbox!.Value)) is not { } row || row.Name == from)
            return;
        if (row.Name != to)
        {
            if (LaterOf(change, other => other.Kind is ChangeKind.MailboxRenamed) is { } later && !_byUndo.Contains(later))
                outcome.Conflict(row.Name.Value, UndoObstacle.ChangedSince, later);
        }
        else if (unit.Transaction.Mailboxes().Any(other => other.Name == from))
            outcome.Conflict(from.Value, UndoObstacle.NameTaken, null);
        else
        {
            TreeChanges.Rename(unit, to, from);
            outcome.Add(UndoneWay.FolderRenamed, from.Value, to.Value);
        }
    }

    private void SubscribeAgain(ChangeRow change)
    {
        var name = change.Text!;
        var wanted = change.Kind is ChangeKind.Unsubscribed;
        if (unit.Transaction.Subscriptions().Contains(name, StringComparer.Ordinal) == wanted)
            return;
        if (LaterOf(change, other => IsSubscription(other, name)) is { } later)
        {
            if (!_byUndo.Contains(later))
                outcome.Conflict(name, UndoObstacle.ChangedSince, later);
            return;
        }

        TreeChanges.SetSubscribed(unit, MailboxName.Parse(name), wanted);
        outcome.Add(wanted ? UndoneWay.Subscribed : UndoneWay.Unsubscribed, name);
    }

    private void ListAgain(ChangeRow change)
    {
        var (entry, before, after) = SenderListChanges.Read(change);
        if (unit.Transaction.Spam.ListedAs(entry) == before)
            return;
        if (unit.Transaction.Spam.ListedAs(entry) != after || LaterOf(change, other => IsOfSender(other, entry)) is not null)
        {
            if (LaterOf(change, other => IsOfSender(other, entry)) is { } later && !_byUndo.Contains(later))
                outcome.Conflict(entry, UndoObstacle.ChangedSince, later);
            return;
        }

        SenderListChanges.Set(unit, entry, before);
        outcome.Add(UndoneWay.SenderListed, entry);
    }

    private static bool IsOfSender(ChangeRow change, string entry) =>
        change.Kind is ChangeKind.SpamListChanged && string.Equals(SenderListChanges.Read(change).Entry, entry, StringComparison.Ordinal);

    private static bool IsSubscription(ChangeRow change, string name) =>
        change.Kind is ChangeKind.Subscribed or ChangeKind.Unsubscribed && string.Equals(change.Text, name, StringComparison.Ordinal);

    /// <summary>The last such change by others after one that is selected.</summary>
    private ChangeRow? LaterOf(ChangeRow change, Predicate<ChangeRow> isSuch) =>
        _changes.FindLast(other => other.ModSeq > change.ModSeq && isSuch(other) && !request.Selects(other));

    private void RemoveMade(MailboxRow row)
    {
        // A name that only leads to others was never anybody's folder.
        if (row.Name.IsInbox || !row.IsSelectable)
            return;
        if (unit.Selectable(row.Id).Messages > 0 || unit.Transaction.Mailboxes().Any(other => other.Name.IsBelow(row.Name)))
        {
            outcome.Conflict(row.Name.Value, UndoObstacle.FolderInUse, _broughtByOthers.GetValueOrDefault(row.Id));
            return;
        }

        TreeChanges.Delete(unit, row.Name);
        outcome.Add(UndoneWay.FolderRemoved, row.Name.Value);
    }
}
