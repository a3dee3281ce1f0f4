using System.CommandLine;
using Casella.Core.Backups;
using Casella.Server.Administration;
using Casella.Server.Hosting;

namespace Casella.Server.CommandLine;

/// <summary>casella restore: everything into a data folder that nobody serves, or one mailbox while the server runs.</summary>
internal static class RestoreCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "Folder of the backups" };
    private static readonly Option<string?> At = new("--at") { Description = "The backup of that time: the last one before; else the newest", HelpName = "TIME" };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Everything: set aside what is in the data folder now" };

    private static readonly Option<bool> Moved = new("--moved")
    {
        Description = "Everything: the server was stopped before this backup and has not run since, so programs need not fetch all mail again",
    };

    private static readonly Option<bool> NoQueue = new("--no-queue")
    {
        Description = "Everything: without the mail that waited to be sent, most of which has gone out since",
    };

    public static Command Create(CommandAction action)
    {
        var command = new Command("restore", "Bring back everything from a backup into a data folder that no server uses")
        {
            Folder, At, Replace, Moved, NoQueue,
        };
        action(command, RestoreAllAsync);
        return command;
    }

    private static async Task<int> RestoreAllAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var folder = BackupCommands.Whole(run.Value(Folder));
        DateTimeOffset? at = run.Value(At) is { } typed ? TimeArgument.Parse(typed, run.Time) : null;
        using var data = DataFolder.TryOpen(run.Options.Data) ?? throw new CommandException(
            "InUse", $"{DataFolder.Owner(run.Options.Data)} uses the data folder {Path.GetFullPath(run.Options.Data)}. Stop it first; one mailbox can be restored while it runs: --mailbox.");
        await using var offline = OfflineBackups.Open(run.Options, data.Root);
        var request = new RestoreAll(at, run.Value(Replace), run.Value(Moved), !run.Value(NoQueue));
        var restored = await OfflineBackups.GuardAsync(offline.Backups.RestoreAllAsync(
            folder, request, progress => run.Output.Line(BackupWords.Of(progress)), cancellationToken));
        run.Output.Result(restored, view => run.Output.Line(
            $"{Values.Count(view.Mailboxes, "mailbox", "mailboxes")} of {Values.Time(view.StartedAt)} restored into {data.Root}. Next: casella verify, then start the server."));
        return ExitCode.Success;
    }
}
