using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella history: what happened in a mailbox, or to one message, in words.</summary>
internal static class HistoryCommand
{
    private const int MostEntries = 10_000;

    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };

    private static readonly Option<string?> Message = new("--message")
    {
        Description = "The story of one message: its Message-ID, its EMAILID, or FOLDER/UID, for example INBOX/12",
        HelpName = "ID",
    };

    private static readonly Option<string?> Person = new("--person") { Description = "Only what this person did", HelpName = "LOGIN" };
    private static readonly Option<string?> Device = new("--device") { Description = "Only what this device did: name or number, see: casella device list" };

    private static readonly Option<string?> Since = new("--since")
    {
        Description = "From when on: 14:00, \"yesterday 9:00\", 2h, \"2026-11-25 14:00\"",
        HelpName = "TIME",
    };

    private static readonly Option<string?> Until = new("--until") { Description = "Until when; without it until now", HelpName = "TIME" };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = $"Entries at most, the newest (up to {MostEntries.ToString("#,0", CultureInfo.InvariantCulture)})",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    private static readonly Option<string?> Language = new("--language") { Description = "it or en; without it the mailbox's own", HelpName = "it|en" };

    static HistoryCommand()
    {
        Language.AcceptOnlyFromAmong("it", "en");
        Values.Within(Limit, 1, MostEntries);
    }

    public static Command Create(CommandAction action)
    {
        var command = new Command("history", "Say in words who did what in a mailbox, or what happened to a message")
        {
            Address, Message, Person, Device, Since, Until, Limit, Language,
        };
        action(command, async (run, cancellationToken) =>
        {
            var filter = new HistoryFilter(
                run.Value(Device), run.Value(Person), TimeOf(run, Since), TimeOf(run, Until), run.Value(Limit), run.Value(Language));
            if (run.Value(Message) is { } message)
                run.Output.Result(
                    await run.SendAsync(new ShowStory(run.Value(Address), message, filter), cancellationToken), stories => Stories(run.Output, stories));
            else
                run.Output.Result(await run.SendAsync(new ShowHistory(run.Value(Address), filter), cancellationToken), view => Entries(run.Output, view, filter));
            return ExitCode.Success;
        });
        return command;
    }

    private static DateTimeOffset? TimeOf(CommandRun run, Option<string?> option) =>
        run.Value(option) is { } text ? TimeArgument.Parse(text, TimeProvider.System) : null;

    private static void Entries(Output output, HistoryView history, HistoryFilter filter)
    {
        if (history.Entries.Count == 0)
        {
            output.Line($"Nothing has happened in {history.Address}, as far as that was asked.");
            return;
        }

        output.Table(
            ["Change", "When", "What"],
            [.. history.Entries.Select(entry => (IReadOnlyList<string>)[Number(entry), Values.Time(entry.At), entry.Words])]);
        if (history.Entries.Count == filter.Limit)
            output.Note($"These are the newest {filter.Limit.ToString(CultureInfo.InvariantCulture)}. More: --limit, earlier ones: --until.");
    }

    private static string Number(HistoryEntryView entry) => entry.Change == entry.LastChange
        ? entry.Change.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{entry.Change}-{entry.LastChange}");

    private static void Stories(Output output, IReadOnlyList<StoryView> stories)
    {
        foreach (var story in stories)
        {
            if (story != stories[0])
                output.Line();
            output.Line(story.Sender is { Length: > 0 } sender ? $"{story.Title} ({sender})" : story.Title);
            foreach (var (name, id) in new[] { ("Message-ID", story.MessageId is { } own ? $"<{own}>" : null), ("EMAILID", story.EmailId) })
                if (id is not null)
                    output.Line($"  {name,-10}  {id}");
            foreach (var told in story.Events)
                output.Line($"  {Values.Time(told.At)}  {told.Words}");
            output.Line($"  {story.Now}");
        }
    }
}
