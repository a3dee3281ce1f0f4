using System.CommandLine;
using Casella.Core.Archives;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella export: a mailbox as files that other programs read.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandAction action)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
        var file = new Argument<string>("FILE") { Description = "What is made; a folder for maildir, and for mbox of more than one folder" };
        var format = new Option<ArchiveFormat>("--format") { Description = "mbox, maildir or zip (.eml files)", Required = true };
        var folder = new Option<string?>("--folder") { Description = "Only this folder and those below it", HelpName = "FOLDER" };
        var command = new Command("export", "Write a mailbox into files, with folders, flags and dates") { address, file, format, folder };
        action(command, async (run, cancellationToken) =>
        {
            var request = new ExportMail(run.Value(address), run.Value(format), run.Value(folder), Path.GetFullPath(run.Value(file)));
            var exported = await run.SendAsync(request, cancellationToken, run.Output.Line);
            run.Output.Result(exported, view => run.Output.Line(
                $"{view.Address}: {Values.Count(view.Messages, "message")} of {Values.Count(view.Folders, "folder")}, {Values.Size(view.Bytes)}, in {view.File}"));
            return ExitCode.Success;
        });
        return command;
    }
}
