using System.CommandLine;
using System.Globalization;
using Casella.Core.Changes;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>
/// casella undo: takes back what one device or person did in a mailbox since a time, what was done to some messages, or
/// one change. It asks nothing: it can itself be undone, and says how.
/// </summary>
internal static class UndoCommand
{
    /// <summary>Lines on a screen; --json has more.</summary>
    private const int LinesAtMost = 20;

    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
    private static readonly Option<string?> Device = new("--device") { Description = "Name or number of the device, see: casella device list" };
    private static readonly Option<string?> Person = new("--person") { Description = "Login of the person", HelpName = "LOGIN" };

    private static readonly Option<string[]> Messages = new("--message")
    {
        Description = "Only what was done to this message: its Message-ID, its EMAILID, or FOLDER/UID; may be given again for others",
        HelpName = "ID",
    };

    private static readonly Option<long?> Change = new("--change")
    {
        Description = "One change by its number, as an undo has printed it: that undo is undone",
        HelpName = "NUMBER",
    };

    private static readonly Option<string?> Since = new("--since")
    {
        Description = "From when on: 14:00, \"yesterday 9:00\", 2h, \"2026-11-25 14:00\"; not needed with --change",
        HelpName = "TIME",
    };

    private static readonly Option<string?> Until = new("--until") { Description = "Until when; without it until now", HelpName = "TIME" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would be done" };

    public static Command Create(CommandAction action)
    {
        var command = new Command("undo", "Take back what a device or person did: folders, flags and read state as they were")
        {
            Address, Device, Person, Messages, Change, Since, Until, DryRun,
        };
        action(command, async (run, cancellationToken) =>
        {
            var undone = await run.SendAsync(RequestOf(run), cancellationToken);
            run.Output.Result(undone, view => ForPeople(run.Output, view));
            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="CommandException">It would be everything that anybody ever did.</exception>
    private static UndoChanges RequestOf(CommandRun run)
    {
        var messages = run.Value(Messages) ?? [];
        if (run.Value(Device) is null && run.Value(Person) is null && run.Value(Change) is null && messages.Length == 0)
            throw new CommandException("Usage", "Say what: --device NAME or --person LOGIN, --message ID, or --change NUMBER.");
        if (run.Value(Since) is null && run.Value(Change) is null)
            throw new CommandException("Usage", "Say from when on: --since TIME, for example --since 2h.");
        return new UndoChanges(
            run.Value(Address), run.Value(Device), run.Value(Person), run.Value(Change), messages, TimeOf(run, Since), TimeOf(run, Until), run.Value(DryRun));
    }

    private static DateTimeOffset? TimeOf(CommandRun run, Option<string?> option) =>
        run.Value(option) is { } text ? TimeArgument.Parse(text, run.Time) : null;

    private static void ForPeople(Output output, UndoneView undone)
    {
        if (undone is { Restored: 0, Items.Count: 0 })
            output.Line("There was nothing to put back.");
        else
        {
            output.Line($"{Values.Count(undone.Restored, "message")} {(undone.IsTrial ? "would be" : undone.Restored == 1 ? "is" : "are")} as before:");
            Lines(output, undone.Items, item => $"  {Done(item)}");
        }

        if (undone.Conflicts.Count > 0)
            output.Line($"{(undone.IsTrial ? "Would be left" : "Left")} as it is:");
        Lines(output, undone.Conflicts, conflict => $"  {Title(conflict.What)}: {Reason(conflict)}");
        if (undone.Change is { } change)
            output.Line($"To take this back: {ProgramName.Text} undo {undone.Address} --change {change.ToString(CultureInfo.InvariantCulture)}");
    }

    private static void Lines<T>(Output output, IReadOnlyList<T> all, Func<T, string> line)
    {
        foreach (var one in all.Take(LinesAtMost))
            output.Line(line(one));
        if (all.Count > LinesAtMost)
            output.Line("  and more; all with --json");
    }

    private static string Done(UndoneItemView item) => Enum.Parse<UndoneWay>(item.Way) switch
    {
        UndoneWay.Restored => $"put back into {item.Folder}: {Title(item.What)}",
        UndoneWay.MovedBack => $"moved back to {item.Folder}: {Title(item.What)}",
        UndoneWay.FlagsReset => $"flags as before, in {item.Folder}: {Title(item.What)}",
        UndoneWay.TakenAway => $"taken out of {item.Folder}: {Title(item.What)}",
        UndoneWay.Unhidden => $"offered to the POP3 program again: {Title(item.What)}",
        UndoneWay.FolderMade => $"folder made again: {item.What}",
        UndoneWay.FolderRenamed => $"folder {item.Folder} named {item.What} again",
        UndoneWay.FolderRemoved => $"empty folder removed: {item.What}",
        UndoneWay.Subscribed => $"folder subscribed again: {item.What}",
        UndoneWay.SenderListed => $"list of senders as before: {item.What}",
        UndoneWay.Unsubscribed => $"folder no longer subscribed: {item.What}",
    };

    private static string Title(string subject) => subject.Length == 0 ? "(no subject)" : subject;

    private static string Reason(UndoConflictView conflict) => Enum.Parse<UndoObstacle>(conflict.Obstacle) switch
    {
        UndoObstacle.ChangedSince => $"changed since by {Who(conflict)}, {Values.Time(conflict.At)}",
        UndoObstacle.ContentGone => "its content is gone for good",
        UndoObstacle.FolderGone when conflict.By is not null => $"its folder was deleted by {Who(conflict)}, {Values.Time(conflict.At)}",
        UndoObstacle.FolderGone => "its folder has been deleted since",
        UndoObstacle.FolderInUse when conflict.By is not null => $"in use: {Who(conflict)} has put messages into it, {Values.Time(conflict.At)}",
        UndoObstacle.FolderInUse => "in use: there are messages or folders in it",
        UndoObstacle.NameTaken => "another folder has this name now",
    };

    private static string Who(UndoConflictView conflict) => conflict.Person is { } person ? $"{person} ({conflict.By})" : conflict.By!;
}
