using System.Globalization;
using Casella.Core.Messages;
using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>Where a message was, or is, with which flags; null stands for nowhere.</summary>
internal sealed record Whereabouts(MailboxId Mailbox, Uid Uid, MessageFlags Flags);

/// <summary>One change of a placement, as the log tells it.</summary>
/// <param name="From">The place that it leads on from; not where it was before when that was nowhere.</param>
internal sealed record LineageStep(ChangeRow Change, Whereabouts? Before, Whereabouts? After, Whereabouts? From)
{
    /// <summary>INTERNALDATE of what was expunged.</summary>
    public long? ReceivedAt { get; init; }

    /// <summary>The step is part of an undo.</summary>
    public bool IsUndo { get; init; }

    /// <summary>The last step that was in force before this one.</summary>
    public LineageStep? Former { get; init; }

    /// <summary>The step below this one in what is in force now: an undo has taken out those between.</summary>
    public LineageStep? Below { get; init; }
}

/// <summary>
/// What happened to one placement of a message, through moves, deletion and restoration. An undo takes back what it
/// selected, and so do we: what was before is in force again, with the undo itself on top, which is nobody's wish about
/// the message and can be undone as a whole.
/// </summary>
internal sealed class Lineage(EmailId email)
{
    public EmailId Email => email;

    private readonly List<ReadingStep> _readings = [];
    private Whereabouts? _readAt;

    /// <summary>The last thing that happened.</summary>
    public LineageStep? Last { get; private set; }

    /// <summary>Where it is at the end; null when it is nowhere.</summary>
    public Whereabouts? Where => Last is { } last ? last.After : _readAt;

    /// <summary>
    /// Changes of one person's \Seen: they are nobody else's business, so they stand in the way of no other undo.
    /// </summary>
    public IReadOnlyList<ReadingStep> Readings => _readings;

    /// <summary>Something that the present undo selects has happened, whether or not it has been taken back.</summary>
    public bool IsSelected { get; private set; }

    /// <summary>Where it was expunged last.</summary>
    public Expunging? Gone { get; private set; }

    /// <param name="by">The undo that did it, or null.</param>
    public void Add(LineageStep step, UndoRequest? by, UndoRequest present)
    {
        var below = by is not null && First(by) is { } first ? first.Former : Last;
        Last = step with { IsUndo = by is not null, Former = Last, Below = below };
        IsSelected = IsSelected || present.Selects(step.Change, email);
        if (step is { Before: { } place, After: null })
            Gone = new Expunging(place, step.ReceivedAt, step.Change.Text);
    }

    public void Add(ReadingStep step, Whereabouts here)
    {
        _readings.Add(step);
        _readAt ??= here;
    }

    /// <summary>The first step in force that a request selects.</summary>
    public LineageStep? First(UndoRequest request)
    {
        LineageStep? first = null;
        for (var step = Last; step is not null; step = Next(step, request))
            if (request.Selects(step.Change, email))
                first = step;
        return first;
    }

    /// <summary>The last step in force after <paramref name="first"/> that the request does not select.</summary>
    public LineageStep? LastOfOthers(UndoRequest request, LineageStep first)
    {
        for (var step = Last; step is not null && step != first; step = Next(step, request))
            if (!step.IsUndo && !request.Selects(step.Change, email))
                return step;
        return null;
    }

    /// <summary>The step before; under an undo that is itself taken back is what it had taken out.</summary>
    private LineageStep? Next(LineageStep step, UndoRequest request) =>
        step.IsUndo && request.Selects(step.Change, email) ? step.Former : step.Below;
}

/// <param name="ReceivedAt">INTERNALDATE there.</param>
/// <param name="Readers">Who had read it, where read states are personal.</param>
internal readonly record struct Expunging(Whereabouts Place, long? ReceivedAt, string? Readers);

/// <summary>A person has read a message, or made it unread.</summary>
internal sealed record ReadingStep(ChangeRow Change, PersonId Person, bool WasSeen);

/// <summary>
/// Follows the placements of an account through a stretch of the change log: a move, and an undo that puts a message back,
/// lead to the next place of the same one; a copy begins another. Used by <see cref="Undoing"/>.
/// </summary>
internal sealed class Lineages(UndoRequest present)
{
    private readonly Dictionary<(MailboxId, Uid), Lineage> _byPlace = [];

    public List<Lineage> All { get; } = [];

    /// <param name="by">The undo that made the change, or null.</param>
    public void Follow(ChangeRow change, UndoRequest? by)
    {
        foreach (var item in change.Items)
            if (change.Kind is ChangeKind.SeenByPerson)
                FollowReading(change, item);
            else if (StepOf(change, item) is { } step)
                Add(item.Email, step, by);
    }

    /// <summary>
    /// An undo that left nothing has also taken back what needed no change: what was brought and deleted again, what
    /// somebody had put right by hand.
    /// </summary>
    public void EndUndo(ChangeRow undone, UndoRequest by)
    {
        foreach (var lineage in All)
            if (lineage.Last is { } last && last.Change.ModSeq != undone.ModSeq && lineage.First(by) is not null)
                lineage.Add(new LineageStep(undone, last.After, last.After, null), by, present);
    }

    private static LineageStep? StepOf(ChangeRow change, ChangedItem item)
    {
        var here = new Whereabouts(change.Mailbox!.Value, item.Uid, item.After);
        var before = here with { Flags = item.Before };
        var there = item.OtherUid is { } uid && change.Other is { } other ? new Whereabouts(other, uid, item.After) : null;
        return change.Kind switch
        {
            ChangeKind.Added or ChangeKind.Delivered => new LineageStep(change, null, here, null),
            ChangeKind.Copied => new LineageStep(change, null, there, null),
            ChangeKind.FlagsChanged => new LineageStep(change, before, here, before),
            ChangeKind.Moved => new LineageStep(change, before, there, before),
            ChangeKind.Expunged => new LineageStep(change, before, null, before) { ReceivedAt = item.ReceivedAt },
            // It was expunged at the other place, and goes on here; in between it was nowhere.
            ChangeKind.Restored => new LineageStep(change, null, here, there),
            _ => null,
        };
    }

    private void FollowReading(ChangeRow change, ChangedItem item)
    {
        var place = (change.Mailbox!.Value, item.Uid);
        if (!_byPlace.TryGetValue(place, out var lineage))
            _byPlace[place] = lineage = Begin(item.Email);
        var person = new PersonId(long.Parse(change.Text!, CultureInfo.InvariantCulture));
        lineage.Add(new ReadingStep(change, person, item.Before.Has(MessageFlags.Seen)), new Whereabouts(place.Value, item.Uid, item.Before));
    }

    private void Add(EmailId email, LineageStep step, UndoRequest? by)
    {
        Lineage? lineage = null;
        if (step.From is { } from && !_byPlace.TryGetValue((from.Mailbox, from.Uid), out lineage))
            _byPlace[(from.Mailbox, from.Uid)] = lineage = Begin(email);
        lineage ??= Begin(email);
        lineage.Add(step, by, present);
        if (step.After is { } after)
            _byPlace[(after.Mailbox, after.Uid)] = lineage;
    }

    private Lineage Begin(EmailId email)
    {
        var lineage = new Lineage(email);
        All.Add(lineage);
        return lineage;
    }
}
