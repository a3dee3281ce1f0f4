using System.CommandLine;
using Casella.Core.Repairs;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella repair: exit code 1 when something is wrong that could not be mended.</summary>
internal static class RepairCommand
{
    private static readonly Argument<string?> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> All = new("--all") { Description = "Every mailbox, one after the other" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what is wrong" };

    public static Command Create(CommandAction action)
    {
        var command = new Command("repair", "Mend what a disk or a power cut has damaged, while the server runs: counters, lost content, the mailbox's file, its search index. What is missing is taken from the last backup")
        {
            Address, All, DryRun,
        };
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(Address) is null == !run.Value(All))
                throw new CommandException("Usage", "Say which mailbox: casella repair ADDRESS, or --all.");
            IReadOnlyList<string> addresses = run.Value(Address) is { } one
                ? [one]
                : [.. (await run.SendAsync(new ListAccounts(null), cancellationToken)).Select(account => account.Address)];
            var outcomes = new List<RepairOutcome>();
            foreach (var address in addresses)
            {
                outcomes.Add(await run.SendAsync(new RepairMailbox(address, run.Value(DryRun)), cancellationToken, line => run.Output.Line($"  {line}")));
                if (!run.Output.IsJson)
                    ForPeople(run.Output, outcomes[^1]);
            }

            if (run.Output.IsJson)
                run.Output.Result<object>(run.Value(All) ? outcomes : outcomes[0], _ => { });
            return outcomes.TrueForAll(outcome => outcome.Remaining.Count == 0) ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static void ForPeople(Output output, RepairOutcome outcome)
    {
        if (outcome.Findings.Count == 0)
            output.Line($"{outcome.Address}: nothing to repair.{(outcome.Swept > 0 ? $" {Files(outcome.Swept)}." : "")}");
        else if (outcome.IsTrial)
            output.Line($"{outcome.Address}: {Values.Count(outcome.Findings.Count, "problem")}. To mend it: casella repair {outcome.Address}");
        else
            output.Line($"{outcome.Address}: {Values.Count(outcome.Findings.Count, "problem")}, {outcome.Remaining.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)} left. {Done(outcome)}");
        foreach (var lost in outcome.Lost)
            output.Line(Lost(lost));
        if (outcome.SetAside is { } file)
            output.Line($"The damaged file is kept in the mailbox's folder as {file}; delete it when nobody misses anything.");
        if (outcome.File is MendedFile.Salvaged or MendedFile.OfBackup)
            output.Line("Mail programs fetch the mailbox anew: what they knew of it may be wrong.");
        if (outcome.File is MendedFile.Lost)
            output.Line("Nothing was changed. Put the mailbox's file back from where you have it (accounts/…/mail.db), or remove the account and add it anew.");
    }

    private static string Done(RepairOutcome outcome) => string.Join(' ', ((string?[])
    [
        Part(outcome.Corrected, "counter or row put right", "counters and rows put right"),
        Part(outcome.Refilled, "message has its content again", "messages have their content again"),
        Part(outcome.Returned, "message came back from the backup", "messages came back from the backup"),
        Part(outcome.Recovered, "message found", "messages found", outcome.RecoveredFolder is { } folder ? $" (see the folder {folder})" : ""),
        outcome.Swept > 0 ? $"{Files(outcome.Swept)}." : null,
        outcome.IsIndexRebuilt ? "The search index was made anew." : null,
        outcome.Backup is { } backup ? $"Backup used: {Values.Time(backup.StartedAt)}." : null,
    ]).OfType<string>());

    private static string? Part(int count, string one, string many, string more = "") =>
        count == 0 ? null : $"{Values.Count(count, one, many)}{more}.";

    private static string Files(int count) => $"{Values.Count(count, "file")} that belonged to no message removed";

    private static string Lost(LostMessage lost) => lost.Subject is { } subject
        ? $"Lost: the content of \"{subject}\" from {lost.From}, {Values.Time(lost.ReceivedAt)}, {Values.Size(lost.Size)}, in {lost.Folder}; its line stays there."
        : $"Lost: a message of {Values.Time(lost.ReceivedAt)}, {Values.Size(lost.Size)}, in {lost.Folder}.";
}
