using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella heal: merges folders that mail programs have doubled.</summary>
internal static class HealCommand
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would be merged" };

    public static Command Create(CommandAction action)
    {
        var command = new Command("heal", "Merge folders that mail programs have made for themselves (\"Posta inviata\", \"Deleted Items\") into Sent, Drafts, Trash, SPAM and Archive")
        {
            Address, DryRun,
        };
        action(command, async (run, cancellationToken) =>
        {
            var healed = await run.SendAsync(new HealFolders(run.Value(Address), run.Value(DryRun)), cancellationToken);
            run.Output.Result(healed, view => ForPeople(run.Output, view));
            return ExitCode.Success;
        });
        return command;
    }

    private static void ForPeople(Output output, HealedView healed)
    {
        if (healed.Folders.Count == 0)
            output.Line($"{healed.Address} has no doubled folders.");
        foreach (var folder in healed.Folders)
        {
            output.Line($"{folder.Folder}: {Values.Count(folder.Messages, "message")} {(healed.Merged ? "moved" : "would move")} to {folder.Into}{(healed.Merged ? ", folder removed" : "")}");
            foreach (var below in folder.LeftBelow)
                output.Line($"  {below} stays");
        }
    }
}
