using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella destroy: lets messages go for good at once, those among them that could still be brought back.</summary>
internal static class DestroyCommand
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };

    private static readonly Option<string?> Message = new("--message")
    {
        Description = "One message, wherever it is: its Message-ID, its EMAILID, or FOLDER/UID, for example INBOX/12",
        HelpName = "ID",
    };

    private static readonly Option<string?> Folder = new("--folder")
    {
        Description = "All messages of a folder, and those that were deleted from it and are still kept",
        HelpName = "FOLDER",
    };

    private static readonly Option<string?> Before = new("--before") { Description = "Of the folder only what was received before", HelpName = "DATE" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask" };

    public static Command Create(CommandAction action)
    {
        var command = new Command(
            "destroy", "Remove messages for good at once, content included; no undo brings them back. Backups made before still have them")
        {
            Address, Message, Folder, Before, Yes,
        };
        action(command, async (run, cancellationToken) =>
        {
            var request = Request(run);
            var found = await run.SendAsync(request with { IsTrial = true }, cancellationToken);
            if (found.Messages == 0)
            {
                run.Output.Result(found, view => run.Output.Line($"{view.Address} has nothing there to destroy."));
                return ExitCode.Success;
            }

            if (!run.Value(Yes) && !await run.ConfirmAsync($"{What(found)} of {found.Address} will be gone for good, content included", cancellationToken))
                return ExitCode.Failure;
            var destroyed = await run.SendAsync(request, cancellationToken);
            run.Output.Result(destroyed, view => ForPeople(run.Output, view));
            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="CommandException">Neither a message nor a folder, or both.</exception>
    private static DestroyMessages Request(CommandRun run)
    {
        var (message, folder, before) = (run.Value(Message), run.Value(Folder), run.Value(Before));
        if (message is null == folder is null)
            throw new CommandException("Usage", "Say what: --message ID or --folder FOLDER, one of them.");
        if (before is not null && folder is null)
            throw new CommandException("Usage", "--before goes with --folder.");
        return new DestroyMessages(
            run.Value(Address), message, folder, before is null ? null : TimeArgument.Parse(before, TimeProvider.System), IsTrial: false);
    }

    private static string What(DestroyedView found) => found.Titles.Count is > 0 and <= 3
        ? string.Join(", ", found.Titles)
        : Values.Count(found.Messages, "message");

    private static void ForPeople(Output output, DestroyedView destroyed)
    {
        output.Line($"{Values.Count(destroyed.Messages, "message")} of {destroyed.Address} {(destroyed.Messages == 1 ? "is" : "are")} gone for good.");
        if (destroyed.LeftElsewhere > 0)
            output.Line($"{Values.Count(destroyed.LeftElsewhere, "message")} {(destroyed.LeftElsewhere == 1 ? "was" : "were")} in another folder too and stay there.");
    }
}
