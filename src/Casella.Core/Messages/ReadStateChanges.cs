using System.Globalization;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// Personal read states inside one unit of work (ADR 0016). Where the policy is common nothing here reads or writes
/// anything. Flags of placements elsewhere in a unit are the common ones; only who answers a person asks
/// <see cref="AsActorSees"/>.
/// </summary>
internal sealed class ReadStateChanges(UnitOfWork unit, AccountUpdate update)
{
    private readonly List<SeenRow> _removed = [];

    private IMailTransaction Transaction => unit.Transaction;

    private bool IsPersonal => unit.Policy.Seen == SeenMode.Personal;

    /// <summary>The person whose \Seen the actor reads and writes; null for the common one.</summary>
    public PersonId? Reader => IsPersonal ? unit.Actor.Person : null;

    /// <summary>The placement with the actor's own \Seen.</summary>
    public Placement AsActorSees(MailboxId mailbox, Placement placement) =>
        Reader is { } person ? placement.SeenAs(IsSeen(mailbox, placement.Uid, person)) : placement;

    /// <summary>Sets a person's \Seen and gives the placement this unit's ModSeq.</summary>
    /// <returns>False when it was so before; then nothing has changed.</returns>
    public bool Set(MailboxId mailbox, Placement placement, PersonId person, bool isSeen)
    {
        if (IsSeen(mailbox, placement.Uid, person) == isSeen)
            return false;
        var row = new SeenRow(mailbox, placement.Uid, person);
        Put(row, !Transaction.SeenBy(mailbox, placement.Uid).Contains(row));
        unit.SetFlags(mailbox, placement, placement.Flags);
        return true;
    }

    /// <summary>
    /// A message that has come into a mailbox: everybody begins with its flag, or, for a copy, with what they had.
    /// </summary>
    public void Placed(MailboxId mailbox, Placement placement, PlacementAt? original)
    {
        if (!IsPersonal)
            return;
        if (original is { } from)
            foreach (var row in Transaction.SeenBy(from.Mailbox, from.Placement.Uid))
                Put(row with { Mailbox = mailbox, Uid = placement.Uid }, true);
        else if (placement.Flags.Has(MessageFlags.Seen))
            Put(new SeenRow(mailbox, placement.Uid, SeenRow.Start), true);
    }

    public void Removed(MailboxId mailbox, Uid uid)
    {
        if (!IsPersonal)
            return;
        foreach (var row in Transaction.SeenBy(mailbox, uid))
        {
            Put(row, false);
            _removed.Add(row);
        }
    }

    /// <summary>
    /// The rows that went with the placements removed from a mailbox, for the change log: a line for each person,
    /// "person uid uid …". Null when there are none.
    /// </summary>
    public string? TakeRemoved(MailboxId mailbox)
    {
        var lines = _removed.Where(row => row.Mailbox == mailbox).GroupBy(row => row.Person.Value, row => row.Uid.Value)
            .Select(person => $"{person.Key} {string.Join(' ', person)}").ToList();
        _removed.RemoveAll(row => row.Mailbox == mailbox);
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    /// <summary>
    /// An undo has put an expunged message back: everybody has read it again who had, by what the log says
    /// (<see cref="TakeRemoved"/>).
    /// </summary>
    /// <param name="expunged">Its UID then.</param>
    public void PutBack(MailboxId mailbox, Uid now, Uid expunged, string? text)
    {
        if (!IsPersonal || text is null)
            return;
        var before = text.Split('\n').Select(line => line.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToList())
            .Where(line => line.IndexOf(expunged.Value, 1) > 0)
            .Select(line => new SeenRow(mailbox, now, new PersonId(line[0]))).ToHashSet();
        var present = Transaction.SeenBy(mailbox, now);
        foreach (var row in present.Where(row => !before.Contains(row)))
            Put(row, false);
        foreach (var row in before.Where(row => !present.Contains(row)))
            Put(row, true);
    }

    /// <summary>
    /// From common to personal: everybody begins with the common state. Back: the common flag is shown again, and what
    /// anybody now sees differently gets this unit's ModSeq, so that programs that remember ask again.
    /// </summary>
    public void Switch(SeenMode mode)
    {
        if (mode == SeenMode.Personal)
        {
            Transaction.StartSeen();
            update.ReadStates = ReadStates.Load(Transaction);
        }
        else
        {
            TouchDifferent();
            Transaction.EndSeen();
        }

        update.ReadStatesReplaced = true;
    }

    private void TouchDifferent()
    {
        var rows = new List<SeenRow>();
        Transaction.SeenBy(rows);
        foreach (var mailbox in Transaction.Mailboxes())
        {
            var ofMailbox = rows.Where(row => row.Mailbox == mailbox.Id).ToLookup(row => row.Person == SeenRow.Start, row => row.Uid);
            var (persons, start) = (ofMailbox[false].ToHashSet(), ofMailbox[true].ToHashSet());
            var placements = new List<Placement>();
            Transaction.Placements(mailbox.Id, placements);
            foreach (var placement in placements)
                if (persons.Contains(placement.Uid) || start.Contains(placement.Uid) != placement.Flags.Has(MessageFlags.Seen))
                    unit.SetFlags(mailbox.Id, placement, placement.Flags);
        }
    }

    private bool IsSeen(MailboxId mailbox, Uid uid, PersonId person)
    {
        var (start, other) = (false, false);
        foreach (var row in Transaction.SeenBy(mailbox, uid))
        {
            start |= row.Person == SeenRow.Start;
            other |= row.Person == person;
        }

        return start != other;
    }

    private void Put(SeenRow row, bool isIn)
    {
        if (isIn)
            Transaction.InsertSeen(row);
        else
            Transaction.DeleteSeen(row);
        update.Seen.Add(new SeenChange(row, isIn));
    }
}
