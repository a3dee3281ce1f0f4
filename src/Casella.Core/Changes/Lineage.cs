using System.Globalization;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>Where a message was, or is, with which flags; null stands for nowhere.</summary>
internal sealed record Whereabouts(MailboxId Mailbox, Uid Uid, MessageFlags Flags);

/// <summary>One change of a placement, as the log tells it.</summary>
internal sealed record LineageStep(ChangeRow Change, Whereabouts? Before, Whereabouts? After);

/// <summary>What happened to one placement of a message, through moves, deletion and restoration.</summary>
internal sealed class Lineage(EmailId email)
{
    private readonly List<LineageStep> _steps = [];
    private readonly List<ReadingStep> _readings = [];

    public EmailId Email => email;
    public IReadOnlyList<LineageStep> Steps => _steps;

    /// <summary>
    /// Changes of one person's \Seen: they are nobody else's business, so they stand in the way of no other undo.
    /// </summary>
    public IReadOnlyList<ReadingStep> Readings => _readings;

    /// <summary>Where it is at the end; null when it is nowhere.</summary>
    public Whereabouts? Last { get; private set; }

    public void Add(LineageStep step)
    {
        _steps.Add(step);
        Last = step.After;
    }

    public void Add(ReadingStep step, Whereabouts here)
    {
        _readings.Add(step);
        Last ??= here;
    }
}

/// <summary>A person has read a message, or made it unread.</summary>
internal sealed record ReadingStep(ChangeRow Change, PersonId Person, bool WasSeen);

/// <summary>
/// Follows the placements of an account through a stretch of the change log: a move, and an undo that puts a message back,
/// lead to the next place of the same one; a copy begins another. Used by <see cref="Undoing"/>.
/// </summary>
internal sealed class Lineages
{
    private readonly Dictionary<(MailboxId, Uid), Lineage> _byPlace = [];

    public List<Lineage> All { get; } = [];

    public void Follow(ChangeRow change)
    {
        foreach (var item in change.Items)
            Follow(change, item);
    }

    private void Follow(ChangeRow change, ChangedItem item)
    {
        if (change.Kind is ChangeKind.SeenByPerson)
        {
            FollowReading(change, item);
            return;
        }

        var here = new Whereabouts(change.Mailbox!.Value, item.Uid, item.After);
        var before = here with { Flags = item.Before };
        var there = item.OtherUid is { } uid && change.Other is { } other ? new Whereabouts(other, uid, item.After) : null;
        switch (change.Kind)
        {
            case ChangeKind.Added or ChangeKind.Delivered:
                Add(item.Email, change, null, here);
                break;
            case ChangeKind.Copied:
                Add(item.Email, change, null, there);
                break;
            case ChangeKind.FlagsChanged:
                Add(item.Email, change, before, here);
                break;
            case ChangeKind.Moved:
                Add(item.Email, change, before, there);
                break;
            case ChangeKind.Expunged:
                Add(item.Email, change, before, null);
                break;
            case ChangeKind.Restored:
                // It was expunged at the other place, and goes on here.
                Add(item.Email, change, there is null ? null : there with { Flags = item.Before }, here);
                break;
        }
    }

    private void FollowReading(ChangeRow change, ChangedItem item)
    {
        var place = (change.Mailbox!.Value, item.Uid);
        if (!_byPlace.TryGetValue(place, out var lineage))
            All.Add(_byPlace[place] = lineage = new Lineage(item.Email));
        var person = new PersonId(long.Parse(change.Text!, CultureInfo.InvariantCulture));
        lineage.Add(new ReadingStep(change, person, item.Before.Has(MessageFlags.Seen)), new Whereabouts(place.Value, item.Uid, item.Before));
    }

    private void Add(EmailId email, ChangeRow change, Whereabouts? before, Whereabouts? after)
    {
        Lineage? lineage = null;
        if (before is not null)
            _byPlace.TryGetValue((before.Mailbox, before.Uid), out lineage);
        if (lineage is null)
            All.Add(lineage = new Lineage(email));
        if (before is not null)
            _byPlace[(before.Mailbox, before.Uid)] = lineage;
        // What is put back is nowhere before, whatever place it comes from.
        lineage.Add(new LineageStep(change, change.Kind is ChangeKind.Restored ? null : before, after));
        if (after is not null)
            _byPlace[(after.Mailbox, after.Uid)] = lineage;
    }
}
