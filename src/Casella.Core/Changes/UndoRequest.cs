using System.Globalization;
using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>
/// Which changes are to be taken back: one, all that one device or person did in a time, what was done to some messages.
/// What is given must all be true of a change.
/// </summary>
public sealed record UndoRequest
{
    /// <summary>Only the changes of this transaction; null for all in the time.</summary>
    public ModSeq? Change { get; init; }
    public DeviceId? Device { get; init; }
    public PersonId? Person { get; init; }

    /// <summary>Only what was done to these messages; null for everything, folders too.</summary>
    public IReadOnlyCollection<EmailId>? Messages { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Only says what would be done.</summary>
    public bool IsTrial { get; init; }

    /// <summary>Without any of these it would be everything that anybody did.</summary>
    internal bool IsBounded => Change is not null || Device is not null || Person is not null || Messages is not null;

    /// <summary>Nothing but what this actor's own person or device has done.</summary>
    internal bool IsOnlyOf(Actor actor) =>
        (Person is not null && Person == actor.Person) || (Device is not null && Device == actor.Device);

    internal bool Selects(ChangeRow change, EmailId message) => SelectsAct(change) && (Messages is null || Messages.Contains(message));

    /// <summary>A change that is of no message: folders, subscriptions, an undo.</summary>
    internal bool Selects(ChangeRow change) => SelectsAct(change) && Messages is null;

    /// <summary>What an entry of the log says of an undo, so that a later one knows which changes it took back.</summary>
    internal string Write(int restored, int conflicts)
    {
        var what = string.Join(' ', (string[])[
            .. Change is { } change ? [$"change {change.Value}"] : (string[])[],
            .. Device is { } device ? [$"device {device.Value}"] : (string[])[],
            .. Person is { } person ? [$"person {person.Value}"] : (string[])[]]);
        var messages = Messages is null ? "" : string.Join(' ', Messages.Select(message => message.Value.ToString(CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{what}\n{Since:O}\n{restored}\n{conflicts}\n{Until:O}\n{messages}");
    }

    /// <returns>The request, and how much the undo had to leave.</returns>
    /// <exception cref="MailException">Damaged.</exception>
    internal static (UndoRequest Request, long Conflicts) Read(string text)
    {
        if (text.Split('\n') is not [var what, var since, _, var conflicts, var until, var messages])
            throw new MailException(MailError.Damaged, "an undo in the change log is damaged");
        var request = new UndoRequest
        {
            Since = DateTimeOffset.ParseExact(since, "O", CultureInfo.InvariantCulture),
            Until = DateTimeOffset.ParseExact(until, "O", CultureInfo.InvariantCulture),
            Messages = messages.Length == 0 ? null : messages.Split(' ').Select(id => new EmailId(Number(id))).ToHashSet(),
        };
        foreach (var pair in what.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2))
            request = pair[0] switch
            {
                "change" => request with { Change = new ModSeq(Number(pair[1])) },
                "device" => request with { Device = new DeviceId(Number(pair[1])) },
                _ => request with { Person = new PersonId(Number(pair[1])) },
            };
        return (request, Number(conflicts));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private bool SelectsAct(ChangeRow change) =>
        (Change is null || Change == change.ModSeq)
        && (Device is null || Device == change.Actor.Device)
        && (Person is null || Person == change.Actor.Person)
        && change.At >= Since && change.At <= Until;
}

/// <summary>What an undo has done, or what a trial would do.</summary>
/// <param name="Change">By which the undo itself can be undone; null when nothing was changed.</param>
/// <param name="Restored">Messages that are again as they were.</param>
/// <param name="AlreadySo">Messages that were as they should be.</param>
/// <param name="Folders">Folders that were made again.</param>
/// <param name="Items">What was done, one by one: folders first; of messages no more than the first
/// <see cref="ItemsAtMost"/>.</param>
/// <param name="Conflicts">What was left as it is.</param>
public sealed record UndoResult(
    ModSeq? Change, int Restored, int AlreadySo, IReadOnlyList<string> Folders, IReadOnlyList<UndoneItem> Items,
    IReadOnlyList<UndoConflict> Conflicts)
{
    public const int ItemsAtMost = 500;
}

/// <summary>One thing that was put back.</summary>
/// <param name="What">Subject of the message or name of the folder.</param>
/// <param name="Folder">Where the message is now, or was taken from; the name that the folder had until now. Null where
/// there is nothing more to say.</param>
public sealed record UndoneItem(UndoneWay Way, string What, string? Folder);

public enum UndoneWay
{
    /// <summary>A deleted message is in its folder again.</summary>
    Restored,
    /// <summary>A message is back in its folder.</summary>
    MovedBack,
    /// <summary>Flags and read state are as they were.</summary>
    FlagsReset,
    /// <summary>A message that was brought or copied is gone.</summary>
    TakenAway,
    /// <summary>A POP3 program sees the message again.</summary>
    Unhidden,
    FolderMade,
    FolderRenamed,
    /// <summary>A folder that had been made, and is empty.</summary>
    FolderRemoved,
    Subscribed,
    Unsubscribed,
    /// <summary>A sender is on the list that he was on, or on none.</summary>
    SenderListed,
}

/// <summary>A message or folder that was left alone.</summary>
/// <param name="What">Subject of the message or name of the folder.</param>
/// <param name="By">Who has changed it since; null where nobody has.</param>
public sealed record UndoConflict(string What, UndoObstacle Obstacle, Actor? By, DateTimeOffset? At);

public enum UndoObstacle
{
    /// <summary>Somebody else has changed it later.</summary>
    ChangedSince,
    /// <summary>Its content is gone for good.</summary>
    ContentGone,
    /// <summary>The folder it was in has been deleted by somebody else.</summary>
    FolderGone,
    /// <summary>The folder that was made has messages or folders in it.</summary>
    FolderInUse,
    /// <summary>Another folder has the name that the folder had.</summary>
    NameTaken,
}
