using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella contact: what mail programs can show of who runs the server.</summary>
internal static class ContactCommand
{
    public static Command Create(CommandAction action)
    {
        var admin = new Option<string?>("--admin") { Description = "Where the office can be reached: mailto:office@example.org, tel:+39055123, https://…; empty for the postmaster", HelpName = "URI" };
        var comment = new Option<string?>("--comment") { Description = "A note to everybody; empty for none", HelpName = "TEXT" };
        var command = new Command("contact", "Set what mail programs are told of who runs the server") { admin, comment };
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(admin) is null && run.Value(comment) is null)
                throw new CommandException("NothingToDo", "Say what to set: --admin or --comment.");
            var done = await run.SendAsync(new SetContact(run.Value(admin), run.Value(comment)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line("Programs are told so from now on."));
            return ExitCode.Success;
        });
        return command;
    }
}
