using System.CommandLine;
using Casella.Core.Archives;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella import: brings files of mail into a mailbox; exit code 1 when it is full before the end.</summary>
internal static class ImportCommand
{
    public static Command Create(CommandAction action)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
        var files = new Argument<string[]>("FILE")
        {
            Description = "mbox, a folder of mbox files, Maildir, .zip of .eml files, or .eml",
            Arity = ArgumentArity.OneOrMore,
        };
        var folder = new Option<string?>("--folder") { Description = "Put everything into this folder, whatever the files say", HelpName = "FOLDER" };
        var again = new Option<bool>("--again") { Description = "Also messages that the mailbox has already (the same bytes, in any folder)" };
        var command = new Command("import", "Bring mail out of files into a mailbox, with folders, flags and dates; twice doubles nothing") { address, files, folder, again };
        action(command, async (run, cancellationToken) =>
        {
            var request = new ImportMail(run.Value(address), [.. run.Value(files).Select(Path.GetFullPath)], run.Value(folder), run.Value(again));
            var imported = await run.SendAsync(request, cancellationToken, run.Output.Line);
            run.Output.Result(imported, view => ForPeople(run.Output, view));
            return imported.IsFull ? ExitCode.Failure : ExitCode.Success;
        });
        return command;
    }

    private static void ForPeople(Output output, ImportOutcome view)
    {
        output.Line($"{view.Address}: {Values.Count(view.Imported, "message")} imported, {Values.Count(view.Present, "message")} there already.");
        if (view.TooLarge > 0)
            output.Line($"{Values.Count(view.TooLarge, "message")} larger than Mailboxes:MessageSize: left out.");
        if (view.NewFolders.Count > 0)
            output.Line($"New folders: {string.Join(", ", view.NewFolders)}");
        if (view.IsFull)
            output.Line($"The mailbox is full. Give it more room (casella account set-quota {view.Address} SIZE) and run the same command again: it goes on.");
    }
}
