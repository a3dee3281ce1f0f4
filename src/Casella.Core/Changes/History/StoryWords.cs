using Casella.Core.Messages;
using Casella.Core.Policies;

namespace Casella.Core.Changes.History;

/// <summary>The story of a message in sentences, from Words.resx and Words.it.resx.</summary>
public sealed class StoryWords
{
    private readonly Sentences _words;
    private readonly TimeZoneInfo _zone;

    /// <param name="zone">Days are told as the calendar on the wall shows them.</param>
    public StoryWords(Language language, ActorNames names, TimeZoneInfo zone) => (_words, _zone) = (new Sentences(language, names), zone);

    /// <summary>The subject, for a heading.</summary>
    public string Title(MessageStory story) => story.Subject is { Length: > 0 } subject ? subject : _words.Of("NoSubject");

    /// <summary>Where the message is now.</summary>
    public string Now(MessageStory story) => story.Folders.Count > 0 ? _words.Of("StoryNow", _words.And([.. story.Folders.Select(_words.Folder)]))
        : story.KeptUntil is { } until ? _words.Of("StoryKept", TimeZoneInfo.ConvertTime(until, _zone).ToString("d MMMM yyyy", _words.Culture))
        : _words.Of("StoryNowhere");

    public string Of(MessageStory story, StoryEvent told) => _words.Line(told.Step switch
    {
        StoryStep.Arrived => Arrived(story, told),
        StoryStep.Added => Place(told, "StoryAdded"),
        StoryStep.Sent => Place(told, "StorySent"),
        StoryStep.FirstRead => Place(told, "StoryFirstRead"),
        StoryStep.ReadAgain => Marked(told, MessageFlags.Seen, MessageFlags.None),
        StoryStep.Unread => Marked(told, MessageFlags.None, MessageFlags.Seen),
        StoryStep.Flagged => Marked(told, MessageFlags.Flagged, MessageFlags.None),
        StoryStep.Unflagged => Marked(told, MessageFlags.None, MessageFlags.Flagged),
        StoryStep.MarkedDeleted => Marked(told, MessageFlags.Deleted, MessageFlags.None),
        StoryStep.UnmarkedDeleted => Marked(told, MessageFlags.None, MessageFlags.Deleted),
        StoryStep.MarkedSpam => Marked(told, "$Junk"),
        StoryStep.MarkedNoSpam => Marked(told, "$NotJunk"),
        StoryStep.Answered => Linked(told, "StoryAnswered"),
        StoryStep.Forwarded => Linked(told, "StoryForwarded"),
        StoryStep.WorkBegan => Place(told, "StoryWorkBegan"),
        StoryStep.WorkEnded => Place(told, "StoryWorkEnded"),
        StoryStep.WorkDone => Place(told, "StoryDone"),
        StoryStep.WorkNotDone => _words.Of("StoryMarked", Who(told), _words.Of("UnmarkDone", 1)),
        StoryStep.Labelled => _words.Of("StoryLabelled", Who(told), told.Label),
        StoryStep.Unlabelled => _words.Of("StoryUnlabelled", Who(told), told.Label),
        StoryStep.Moved => Place(told, "StoryMoved"),
        StoryStep.Trashed => Place(told, "StoryTrashed"),
        StoryStep.Copied => Place(told, "StoryCopied"),
        StoryStep.Hidden => Place(told, "StoryHidden"),
        StoryStep.Deleted => Place(told, "StoryDeleted"),
        StoryStep.Restored => Place(told, "StoryRestored"),
        StoryStep.Gone => _words.Of("StoryGone"),
        StoryStep.Destroyed => Place(told, "StoryDestroyed"),
    });

    private string Who(StoryEvent told) => _words.Actor(told.Actor);

    private string Place(StoryEvent told, string name) =>
        _words.Of(name, Who(told), _words.Folder(told.Folder), _words.Folder(told.OtherFolder));

    private string Arrived(MessageStory story, StoryEvent told)
    {
        var arrived = _words.Of(story.Sender is { Length: > 0 } ? "StoryArrived" : "StoryArrivedUnsigned", "", _words.Folder(told.Folder), story.Sender);
        return told.Checks.Count == 0 ? arrived : _words.Of("StoryChecked", arrived, string.Join(", ", told.Checks.Select(Check)));
    }

    /// <summary>"SPF pass".</summary>
    private static string Check(string check) => check.Split('=') is [var method, var result] ? $"{method.ToUpperInvariant()} {result}" : check;

    private string Marked(StoryEvent told, MessageFlags set, MessageFlags cleared) => _words.Of(
        "StoryMarked", Who(told), _words.And(_words.Marks(new FlagNames(set, []), new FlagNames(cleared, []), 1)));

    private string Marked(StoryEvent told, string keyword) => _words.Of(
        "StoryMarked", Who(told), _words.And(_words.Marks(new FlagNames(MessageFlags.None, [keyword]), FlagNames.None, 1)));

    private string Linked(StoryEvent told, string name) => told.Link is { } link
        ? _words.Of($"{name}By", Who(told), link.Subject.Length > 0 ? link.Subject : _words.Of("NoSubject"), link.MessageId is { } id ? $"<{id}>" : "").TrimEnd()
        : _words.Of(name, Who(told));
}
