using System.CommandLine;
using System.Globalization;
using Casella.Core.Backups;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella backup DIR, backup list DIR, backup verify DIR: exit code 1 when something is wrong.</summary>
internal static class BackupCommands
{
    private static readonly Option<string?> At = new("--at")
    {
        Description = "Only the backup of that time: the last one before",
        HelpName = "TIME",
    };

    private static readonly Option<int?> Keep = new("--keep")
    {
        Description = "Afterwards let older backups go, so that so many stay: 30 is a month of nights. Only when this one has come to its end without a finding",
        HelpName = "N",
    };

    public static Command Create(CommandAction action)
    {
        // Not required by the parser: it is the subcommands' parent too.
        var folder = new Argument<string?>("DIR") { Description = "Folder for backups, best on another disk; made when missing", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command(
            "backup",
            "Copy everything while the server runs: mail, people, queue, keys. Copies what is new since the last time; a cut backup is gone on with")
        {
            folder, Keep, List(action), Verify(action),
        };
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(Keep) is < 1)
                throw new CommandException("Usage", "--keep wants at least 1: this backup itself.");
            var outcome = await run.SendAsync(new MakeBackup(Whole(run.Value(folder))), cancellationToken, run.Output.Line);
            run.Output.Result(outcome, view => ForPeople(run.Output, view));
            // What is damaged now was perhaps whole in an old one.
            if (run.Value(Keep) is { } keep && outcome.Findings.Count == 0)
            {
                var pruned = await run.SendAsync(new PruneBackups(Whole(run.Value(folder)), keep), cancellationToken);
                run.Output.Note($"{Values.Count(pruned.Names.Count, "old backup")} gone, {Values.Size(pruned.FreedBytes)} freed.");
            }

            return outcome.Findings.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    /// <summary>In this process: a folder of backups may be looked at where no casella is.</summary>
    private static Command List(CommandAction action)
    {
        var folder = Folder();
        var command = new Command("list", "List the whole backups of a folder, oldest first") { folder };
        action(command, async (run, _) =>
        {
            await using var offline = OfflineBackups.Open(run.Options, run.Options.Data);
            var backups = OfflineBackups.Guard(() => offline.Backups.List(Whole(run.Value(folder))));
            run.Output.Result(backups, _ => run.Output.Table(
                ["Backup", "Begun", "Ended", "Mailboxes", "Size", "Made by"],
                [.. backups.Select(backup => (IReadOnlyList<string>)
                    [backup.Name, Values.Time(backup.StartedAt), Ended(backup), Number(backup.Mailboxes), Values.Size(backup.Bytes), backup.Program])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Verify(CommandAction action)
    {
        var folder = Folder();
        var command = new Command("verify", "Read every byte of the backups and compare it with its hash") { folder, At };
        action(command, async (run, cancellationToken) =>
        {
            DateTimeOffset? at = run.Value(At) is { } typed ? TimeArgument.Parse(typed, run.Time) : null;
            await using var offline = OfflineBackups.Open(run.Options, run.Options.Data);
            var check = await OfflineBackups.GuardAsync(offline.Backups.VerifyAsync(
                Whole(run.Value(folder)), at, progress => run.Output.Line(BackupWords.Of(progress)), cancellationToken));
            run.Output.Result(check, view =>
            {
                foreach (var finding in view.Findings)
                    run.Output.Line(finding);
                run.Output.Line($"{Values.Count(view.Backups, "backup")} checked, {Values.Size(view.Bytes)}: {Values.Count(view.Findings.Count, "problem")}.");
            });
            return check.Findings.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static void ForPeople(Output output, BackupOutcome outcome)
    {
        foreach (var finding in outcome.Findings)
            output.Line($"Copied as it is, but damaged: {finding}");
        output.Line(
            $"Backup {outcome.Backup.Name}: {Values.Count(outcome.Backup.Mailboxes, "mailbox", "mailboxes")} ({Number(outcome.Unchanged)} unchanged), "
            + $"{Values.Size(outcome.Backup.Bytes)}, of which {Values.Size(outcome.WrittenBytes)} new.");
    }

    /// <summary>To the second, and never before the end: what stands here finds this backup when it is typed behind --at.</summary>
    private static string Ended(BackupInfo backup)
    {
        var rest = backup.FinishedAt.Ticks % TimeSpan.TicksPerSecond;
        var whole = rest == 0 ? backup.FinishedAt : backup.FinishedAt.AddTicks(TimeSpan.TicksPerSecond - rest);
        return whole.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static Argument<string> Folder() => new("DIR") { Description = "Folder of the backups" };

    /// <summary>As a whole path, for the server runs in another folder.</summary>
    internal static string Whole(string? typed) =>
        typed is { Length: > 0 } ? Path.GetFullPath(typed) : throw new CommandException("Usage", "Say where: casella backup DIR.");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
