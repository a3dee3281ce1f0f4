using Casella.Core.Mailboxes;
using Casella.Core.Messages;
using Casella.Core.Policies;
using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>
/// Finds in the log what happened to one message: through moves and copies it is the same message, so its number is
/// looked for. What happened at the same time to others tells which answer it was.
/// </summary>
internal sealed class StoryReading(IMailReader reader, EmailId message)
{
    /// <summary>A program marks what it answers within this time of filing the answer.</summary>
    private static readonly TimeSpan AnsweredWithin = TimeSpan.FromMinutes(15);

    private readonly FoldersThen _folders = new(reader.Mailboxes());
    private readonly IReadOnlyList<string> _keywords = reader.Keywords();
    private readonly MessageLabel? _label = MessageLabel.Read(reader, message);
    private readonly List<Found> _found = [];
    private readonly List<ChangeRow> _sent = [];
    private readonly List<StoryEvent> _events = [];
    private readonly HashSet<PersonId> _readers = [];
    private bool _isRead;

    public MessageStory Run()
    {
        foreach (var change in LogBackwards.Read(reader))
        {
            if (change.Kind is ChangeKind.MailboxDeleted)
                _folders.Before(change);
            Collect(change);
            _folders.Before(change);
        }

        _found.Reverse();
        foreach (var found in _found)
            Tell(found);
        return Story();
    }

    private void Collect(ChangeRow change)
    {
        foreach (var item in change.Items)
            if (item.Email == message)
                _found.Add(new Found(change, item, _folders.NameOf(change.Mailbox), _folders.NameOf(change.Other), _folders.UseOf(change.Other)));
        if (change.Kind is ChangeKind.Added && change.Items is [{ Email: var added }] && added != message)
            _sent.Add(change);
    }

    private void Tell(Found found)
    {
        var (change, item) = (found.Change, found.Item);
        switch (change.Kind)
        {
            case ChangeKind.Delivered:
                Add(found, StoryStep.Arrived, told => told with { Checks = OwnChecks.Read(reader, message) });
                break;
            case ChangeKind.Added:
                _isRead = item.After.Has(MessageFlags.Seen);
                Add(found, change.Actor.Protocol is AccessProtocol.Submission ? StoryStep.Sent : StoryStep.Added);
                break;
            case ChangeKind.FlagsChanged:
                TellFlags(found);
                break;
            case ChangeKind.SeenByPerson:
                if (item.After.Has(MessageFlags.Seen))
                    Add(found, change.Actor.Person is { } person && !_readers.Add(person) ? StoryStep.ReadAgain : StoryStep.FirstRead);
                else
                    Add(found, StoryStep.Unread);
                break;
            case ChangeKind.Moved:
                Add(found, found.Use is SpecialUse.Trash ? StoryStep.Trashed : StoryStep.Moved);
                break;
            case ChangeKind.Copied:
                Add(found, StoryStep.Copied);
                break;
            case ChangeKind.HiddenForDevice:
                Add(found, StoryStep.Hidden);
                break;
            case ChangeKind.Expunged:
                Add(found, StoryStep.Deleted);
                break;
            case ChangeKind.Restored:
                Add(found, StoryStep.Restored);
                break;
            case ChangeKind.Destroyed:
                Add(found, StoryStep.Destroyed);
                break;
        }
    }

    private void TellFlags(Found found)
    {
        var delta = FlagsDelta.Of(ChangeKind.FlagsChanged, found.Item);
        var (set, cleared) = (FlagsDelta.Names(delta.Set, _keywords), FlagsDelta.Names(delta.Cleared, _keywords));
        if (set.System.Has(MessageFlags.Seen) && !_events.Any(told => told.Change == found.Change.ModSeq && told.Step is StoryStep.FirstRead or StoryStep.ReadAgain))
            Add(found, _isRead ? StoryStep.ReadAgain : StoryStep.FirstRead);
        _isRead |= set.System.Has(MessageFlags.Seen);
        if (cleared.System.Has(MessageFlags.Seen))
            AddOnce(found, StoryStep.Unread);
        foreach (var (flag, on, off) in SystemSteps)
            if (set.System.Has(flag))
                AddOnce(found, on, told => WithLink(found, told));
            else if (off is { } step && cleared.System.Has(flag))
                AddOnce(found, step);
        foreach (var keyword in set.Keywords)
            if (KeywordStep(keyword) is { } steps)
                AddOnce(found, steps.On, told => WithLink(found, told));
        foreach (var keyword in cleared.Keywords)
            if (KeywordStep(keyword)?.Off is { } step)
                AddOnce(found, step);
        foreach (var label in Sentences.Labels(set))
            AddOnce(found, StoryStep.Labelled, told => told with { Label = label });
        foreach (var label in Sentences.Labels(cleared))
            AddOnce(found, StoryStep.Unlabelled, told => told with { Label = label });
    }

    private static readonly (MessageFlags Flag, StoryStep On, StoryStep? Off)[] SystemSteps =
    [
        (MessageFlags.Flagged, StoryStep.Flagged, StoryStep.Unflagged),
        (MessageFlags.Answered, StoryStep.Answered, null),
        (MessageFlags.Deleted, StoryStep.MarkedDeleted, StoryStep.UnmarkedDeleted),
    ];

    private static (StoryStep On, StoryStep? Off)? KeywordStep(string keyword) => keyword.ToLowerInvariant() switch
    {
        "$forwarded" => (StoryStep.Forwarded, null),
        "$inprogress" => (StoryStep.WorkBegan, StoryStep.WorkEnded),
        "$done" => (StoryStep.WorkDone, StoryStep.WorkNotDone),
        "$junk" or "junk" => (StoryStep.MarkedSpam, null),
        "$notjunk" or "notjunk" or "nonjunk" => (StoryStep.MarkedNoSpam, null),
        _ => null,
    };

    private void Add(Found found, StoryStep step, Func<StoryEvent, StoryEvent>? more = null)
    {
        var told = new StoryEvent(found.Change.At, found.Change.ModSeq, step, found.Change.Actor) { Folder = found.Folder, OtherFolder = found.Other };
        _events.Add(more is null ? told : more(told));
    }

    /// <summary>A message that is in several folders is marked in each, by one change.</summary>
    private void AddOnce(Found found, StoryStep step, Func<StoryEvent, StoryEvent>? more = null)
    {
        Add(found, step, more);
        var told = _events[^1];
        if (_events.SkipLast(1).Any(other => other.Change == told.Change && other.Step == step && string.Equals(other.Label, told.Label, StringComparison.Ordinal)))
            _events.RemoveAt(_events.Count - 1);
    }

    /// <summary>
    /// The answer is what was filed in the same transaction; where the program filed it by itself, what the same person
    /// put into a folder around that time and names this message in In-Reply-To.
    /// </summary>
    private StoryEvent WithLink(Found found, StoryEvent told)
    {
        if (told.Step is not (StoryStep.Answered or StoryStep.Forwarded))
            return told;
        var change = found.Change;
        var sent = _sent.Find(other => other.ModSeq == change.ModSeq)
            ?? (told.Step is StoryStep.Answered ? _sent.Find(other => IsAnswer(other, change)) : null);
        return sent is not null && MessageLabel.Read(reader, sent.Items[0].Email) is { } label
            ? told with { Link = new StoryLink(sent.Items[0].Email, label.MessageId, label.Subject) }
            : told;
    }

    private bool IsAnswer(ChangeRow other, ChangeRow change) =>
        IsSame(other.Actor, change.Actor) && (other.At - change.At).Duration() <= AnsweredWithin
        && _label?.MessageId is { } id && MessageLabel.Read(reader, other.Items[0].Email)?.InReplyTo.Contains(id, StringComparer.Ordinal) is true;

    private static bool IsSame(Actor one, Actor other) => one.Person is { } person ? person == other.Person : one.Device == other.Device;

    private MessageStory Story()
    {
        var places = reader.PlacementsOf(message);
        var (kept, last) = (reader.Kept(message), _events.LastOrDefault(told => told.Step is StoryStep.Deleted or StoryStep.Destroyed));
        var until = places.Count == 0 && last is { Step: StoryStep.Deleted }
            ? last.At.AddDays(PolicyTable.Read(reader.Settings()).KeepDeletedDays)
            : (DateTimeOffset?)null;
        if (kept is null && until is { } gone)
            _events.Add(new StoryEvent(gone, last!.Change, StoryStep.Gone, Actor.Server));
        return new MessageStory(message, _events)
        {
            ObjectId = reader.Messages([message], MessageNeeds.Facts) is [{ Facts: { } facts }] ? facts.ObjectId : null,
            MessageId = _label?.MessageId,
            Subject = _label?.Subject,
            Sender = _label?.Sender,
            Folders = [.. places.Select(at => reader.Mailbox(at.Mailbox)?.Name.Value).OfType<string>().Distinct(StringComparer.Ordinal)],
            KeptUntil = kept is null ? null : until,
        };
    }

    private sealed record Found(ChangeRow Change, ChangedItem Item, string? Folder, string? Other, SpecialUse Use);
}
