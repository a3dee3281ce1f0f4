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
    private static readonly Option<string?> Mailbox = new("--mailbox") { Description = "Only this mailbox, while the server runs: what it lacks is put back", HelpName = "ADDRESS" };
    private static readonly Option<string?> As = new("--as") { Description = "Put the mail of --mailbox into this one; made when there is none", HelpName = "ADDRESS" };
    private static readonly Option<string?> OnlyFolder = new("--folder") { Description = "Of --mailbox only this folder and those below it", HelpName = "FOLDER" };
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
        var command = new Command("restore", "Bring back from a backup: everything into a data folder that no server uses, or one mailbox while it runs")
        {
            Folder, Mailbox, As, OnlyFolder, At, Replace, Moved, NoQueue,
        };
        action(command, (run, cancellationToken) =>
        {
            if (run.Value(Mailbox) is { } mailbox)
                return RestoreMailboxAsync(run, mailbox, cancellationToken);
            if (run.Value(As) is not null || run.Value(OnlyFolder) is not null)
                throw new CommandException("Usage", "--as and --folder go with --mailbox.");
            return RestoreAllAsync(run, cancellationToken);
        });
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

    private static async Task<int> RestoreMailboxAsync(CommandRun run, string mailbox, CancellationToken cancellationToken)
    {
        if (run.Value(Replace) || run.Value(Moved) || run.Value(NoQueue))
            throw new CommandException("Usage", "--replace, --moved and --no-queue are for everything, not for --mailbox.");
        DateTimeOffset? at = run.Value(At) is { } typed ? TimeArgument.Parse(typed, run.Time) : null;
        var request = new RestoreMailbox(BackupCommands.Whole(run.Value(Folder)), mailbox, run.Value(As), run.Value(OnlyFolder), at);
        var restored = await run.SendAsync(request, cancellationToken, run.Output.Line);
        run.Output.Result(restored, view => ForPeople(run.Output, view));
        return ExitCode.Success;
    }

    private static void ForPeople(Output output, MailboxRestored view)
    {
        var counts = view.Counts;
        output.Line($"{view.Address}, backup of {Values.Time(view.Backup.StartedAt)}: {Values.Count(counts.Restored, "message")} put back, {Values.Count(counts.Present, "message")} still there.");
        if (counts.Elsewhere > 0)
            output.Line($"{Values.Count(counts.Elsewhere, "message")} moved to another folder since: left there.");
        if (counts.Destroyed > 0)
            output.Line($"{Values.Count(counts.Destroyed, "message")} destroyed on purpose since: not put back.");
        if (counts.NewFolders.Count > 0)
            output.Line($"Folders made again: {string.Join(", ", counts.NewFolders)}");
        if (view.Password is { } password)
            output.Line($"The mailbox was made for it; its password is {password}. People, devices and aliases are to be added again.");
    }
}
