namespace Casella.Core.Changes.History;

/// <summary>
/// What happened to one message, in all folders where it was, from the first to the last. In words:
/// <see cref="StoryWords"/>; got from <see cref="AccountHistory.StoryAsync"/>.
/// </summary>
/// <param name="Message">Null parts below are what is not known any more, when its content is gone.</param>
/// <param name="Events">Oldest first.</param>
public sealed record MessageStory(EmailId Message, IReadOnlyList<StoryEvent> Events)
{
    /// <summary>The EMAILID.</summary>
    public string? ObjectId { get; init; }

    /// <summary>Without brackets.</summary>
    public string? MessageId { get; init; }

    /// <summary>Empty for a message without one.</summary>
    public string? Subject { get; init; }

    public string? Sender { get; init; }

    /// <summary>Where it is now.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>It is in no folder and can be brought back until then; else null.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>Those of the events that a request asks for, the newest if there are more.</summary>
    public IEnumerable<StoryEvent> Select(HistoryRequest request) =>
        Events.Where(told => request.Selects(told.Actor, told.At)).TakeLast(request.Limit);
}

/// <param name="Change">The transaction in the change log; <see cref="UndoRequest.Change"/> takes it.</param>
public sealed record StoryEvent(DateTimeOffset At, ModSeq Change, StoryStep Step, Actor Actor)
{
    /// <summary>The folder by the name that it had then; null where it is about none.</summary>
    public string? Folder { get; init; }

    /// <summary>Where to, of a move or copy.</summary>
    public string? OtherFolder { get; init; }

    /// <summary>Of a label that was put on or taken off.</summary>
    public string? Label { get; init; }

    /// <summary>What stands in Authentication-Results: "spf=pass", where this server has checked it.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>The answer, or the mail that it was forwarded with, where the account has it.</summary>
    public StoryLink? Link { get; init; }
}

/// <summary>Another message of the account.</summary>
/// <param name="MessageId">Without brackets, or null when it has none.</param>
public sealed record StoryLink(EmailId Message, string? MessageId, string Subject);

/// <summary>What can happen to a message.</summary>
public enum StoryStep
{
    /// <summary>It came from outside, or from another mailbox here.</summary>
    Arrived,
    /// <summary>A program put it there: a draft, an import.</summary>
    Added,
    /// <summary>It was sent from here, and this is the copy.</summary>
    Sent,
    /// <summary>The first who read it, or of a person for whom it was unread.</summary>
    FirstRead,
    ReadAgain,
    Unread,
    Flagged,
    Unflagged,
    Answered,
    Forwarded,
    MarkedDeleted,
    UnmarkedDeleted,
    MarkedSpam,
    MarkedNoSpam,
    WorkBegan,
    WorkEnded,
    WorkDone,
    WorkNotDone,
    Labelled,
    Unlabelled,
    Moved,
    /// <summary>Moved to Trash.</summary>
    Trashed,
    Copied,
    /// <summary>A POP3 device has removed it for itself.</summary>
    Hidden,
    /// <summary>Out of a folder; kept for some days if it was the last one.</summary>
    Deleted,
    Restored,
    /// <summary>The days of keeping were over.</summary>
    Gone,
    /// <summary>Removed for good before its time.</summary>
    Destroyed,
}
