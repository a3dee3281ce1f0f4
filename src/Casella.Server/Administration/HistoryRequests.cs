using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Changes.History;
using Casella.Core.Messages;

namespace Casella.Server.Administration;

/// <param name="Device">Name or number of a device of the mailbox; null for all.</param>
/// <param name="Login">Of a person; null for all.</param>
/// <param name="Limit">The newest so many.</param>
/// <param name="Language">"it" or "en"; null for the mailbox's own.</param>
internal sealed record HistoryFilter(string? Device, string? Login, DateTimeOffset? Since, DateTimeOffset? Until, int Limit, string? Language)
{
    public async Task<HistoryRequest> ResolveAsync(AdminContext context, string address, CancellationToken cancellationToken) => new()
    {
        Device = Device is null ? null : (await context.Devices.FindAsync(address, Device, cancellationToken)).Id,
        Person = Login is null ? null : (await context.People.PersonAsync(Login, cancellationToken)).Id,
        Since = Since ?? DateTimeOffset.MinValue,
        Until = Until ?? DateTimeOffset.MaxValue,
        Limit = Limit,
    };

    public Core.Policies.Language LanguageFor(MailAccount mail) => Language switch
    {
        null => mail.Policy.Language,
        "en" => Core.Policies.Language.English,
        _ => Core.Policies.Language.Italian,
    };
}

internal sealed record ShowHistory(string Address, HistoryFilter Filter) : AdminRequest<HistoryView>
{
    protected override async Task<HistoryView> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var mail = await context.OpenAsync(Address, cancellationToken);
        var names = await ActorNames.LoadAsync(context.People, context.Devices, Address, cancellationToken);
        var entries = await mail.History.ReadAsync(await Filter.ResolveAsync(context, Address, cancellationToken), cancellationToken);
        var words = new HistoryWords(Filter.LanguageFor(mail), names);
        return new HistoryView(mail.Address.ToString(), [.. entries.Select(entry => HistoryEntryView.Of(entry, names, words))]);
    }
}

/// <param name="Message">EMAILID, Message-ID, or FOLDER/UID.</param>
internal sealed record ShowStory(string Address, string Message, HistoryFilter Filter) : AdminRequest<IReadOnlyList<StoryView>>
{
    protected override async Task<IReadOnlyList<StoryView>> RunAsync(AdminContext context, CancellationToken cancellationToken)
    {
        var mail = await context.OpenAsync(Address, cancellationToken);
        var names = await ActorNames.LoadAsync(context.People, context.Devices, Address, cancellationToken);
        var selected = await Filter.ResolveAsync(context, Address, cancellationToken);
        var words = new StoryWords(Filter.LanguageFor(mail), names, context.Services.GetRequiredService<TimeProvider>().LocalTimeZone);
        var stories = new List<StoryView>();
        foreach (var message in await FindAsync(mail, Message, cancellationToken))
            stories.Add(StoryView.Of(await mail.History.StoryAsync(message, cancellationToken), selected, names, words));
        return stories;
    }

    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<IReadOnlyList<EmailId>> FindAsync(MailAccount mail, string name, CancellationToken cancellationToken) =>
        await mail.History.FindAsync(name, cancellationToken) is { Count: > 0 } found
            ? found
            : throw new CommandException(
                "NoSuchMessage",
                $"{mail.Address} knows no message \"{name}\". Write its Message-ID, its EMAILID, or the folder with the UID, for example INBOX/12.");
}

/// <param name="Entries">Oldest first.</param>
internal sealed record HistoryView(string Address, IReadOnlyList<HistoryEntryView> Entries);

/// <param name="Change">Number of the first change, and of the last below: for undo.</param>
/// <param name="What">The kind: "Moved".</param>
/// <param name="Words">The same as a sentence.</param>
internal sealed record HistoryEntryView(
    long Change, long LastChange, DateTimeOffset At, DateTimeOffset Until, string What, ActorView By, string Words)
{
    public int Messages { get; init; }

    /// <summary>Of the only message.</summary>
    public string? Subject { get; init; }
    public string? Folder { get; init; }
    public string? OtherFolder { get; init; }

    public static HistoryEntryView Of(HistoryEntry entry, ActorNames names, HistoryWords words) => new(
        entry.First.Value, entry.Last.Value, entry.At, entry.Until, entry.What, ActorView.Of(entry.Actor, names), words.Of(entry))
    {
        Messages = entry.Messages,
        Subject = entry.Subject,
        Folder = entry.Folder,
        OtherFolder = entry.OtherFolder,
    };
}

/// <summary>Who did something; absent is what there was none of.</summary>
/// <param name="Name">As the log has it: "server", "administrator", "common password", the device.</param>
/// <param name="Client">What the program calls itself.</param>
internal sealed record ActorView(string? Person, string? Device, string Protocol, string? Client, string Name)
{
    public static ActorView Of(Actor actor, ActorNames names) =>
        new(names.Person(actor), names.Device(actor), actor.Protocol.ToString(), actor.Client, actor.Name);
}

/// <param name="EmailId">Absent, as what follows, when the content is gone.</param>
/// <param name="Folders">Where it is now.</param>
/// <param name="KeptUntil">It is in no folder and can be brought back until then.</param>
/// <param name="Title">The subject, or words for none.</param>
/// <param name="Now">Where it is now, as a sentence.</param>
internal sealed record StoryView(
    string? EmailId, string? MessageId, string? Sender, string Title, IReadOnlyList<string> Folders, DateTimeOffset? KeptUntil, string Now,
    IReadOnlyList<StoryEventView> Events)
{
    public static StoryView Of(MessageStory story, HistoryRequest selected, ActorNames names, StoryWords words) => new(
        story.ObjectId, story.MessageId, story.Sender, words.Title(story), story.Folders, story.KeptUntil, words.Now(story),
        [.. story.Select(selected).Select(told => StoryEventView.Of(story, told, names, words))]);
}

/// <param name="Link">Message-ID of the answer, or of the mail it was forwarded with.</param>
internal sealed record StoryEventView(
    long Change, DateTimeOffset At, string Step, ActorView By, string? Folder, string? OtherFolder, string? Link, string Words)
{
    public static StoryEventView Of(MessageStory story, StoryEvent told, ActorNames names, StoryWords words) => new(
        told.Change.Value, told.At, told.Step.ToString(), ActorView.Of(told.Actor, names), told.Folder, told.OtherFolder, told.Link?.MessageId,
        words.Of(story, told));
}
