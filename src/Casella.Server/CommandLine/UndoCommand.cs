using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella undo: takes back what one device or person did in a mailbox since a time.</summary>
internal static class UndoCommand
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
    private static readonly Option<string?> Device = new("--device") { Description = "Name or number of the device, see: casella device list" };
    private static readonly Option<string?> Person = new("--person") { Description = "Login of the person", HelpName = "LOGIN" };

    private static readonly Option<string> Since = new("--since")
    {
        Description = "From when on: 14:00, \"yesterday 9:00\", 2h, \"2026-11-25 14:00\"",
        HelpName = "TIME",
        Required = true,
    };

    private static readonly Option<string?> Until = new("--until") { Description = "Until when; without it until now", HelpName = "TIME" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would be done" };

    public static Command Create(CommandAction action)
    {
        var command = new Command("undo", "Take back what a device or person did: folders, flags and read state as they were")
        {
            Address, Device, Person, Since, Until, DryRun,
        };
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(Device) is null && run.Value(Person) is null)
                throw new CommandException("Usage", "Say whose changes: --device NAME or --person LOGIN.");
            var until = run.Value(Until) is { } end ? TimeArgument.Parse(end, TimeProvider.System) : (DateTimeOffset?)null;
            var undone = await run.SendAsync(
                new UndoChanges(
                    run.Value(Address), run.Value(Device), run.Value(Person), TimeArgument.Parse(run.Value(Since)!, TimeProvider.System), until,
                    run.Value(DryRun)),
                cancellationToken);
            run.Output.Result(undone, view => ForPeople(run.Output, view));
            return ExitCode.Success;
        });
        return command;
    }

    private static void ForPeople(Output output, UndoneView undone)
    {
        var would = undone.IsTrial ? "would be" : "are";
        foreach (var folder in undone.Folders)
            output.Line($"The folder {folder} {(undone.IsTrial ? "would be" : "is")} there again.");
        output.Line(undone is { Restored: 0, Folders.Count: 0 }
            ? "There was nothing to put back."
            : string.Create(CultureInfo.InvariantCulture, $"{undone.Restored} messages {would} as they were."));
        foreach (var conflict in undone.Conflicts)
            output.Line($"Left as it is: {conflict.What} ({Reason(conflict)})");
    }

    private static string Reason(UndoConflictView conflict) => conflict.Obstacle switch
    {
        "ChangedSince" => $"{conflict.By} has changed it since, {Values.Time(conflict.At)}",
        "ContentGone" => "its content is gone for good",
        "FolderGone" => "its folder has been deleted since",
        _ => "folders that were made or renamed stay",
    };
}
