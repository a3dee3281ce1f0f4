using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella index rebuild|status.</summary>
internal static class IndexCommands
{
    public static Command Create(CommandAction action) => new("index", "The full-text indexes that make searches fast") { Rebuild(action), Status(action) };

    private static Command Rebuild(CommandAction action)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
        var command = new Command("rebuild", "Make an account's index anew; mail and searches go on meanwhile") { address };
        action(command, async (run, cancellationToken) =>
        {
            var rebuilt = await run.SendAsync(new RebuildIndex(run.Value(address)), cancellationToken, run.Output.Line);
            run.Output.Result(rebuilt, view => run.Output.Line($"{view.Address}: {Values.Count(view.Indexed, "message")} indexed, {Values.Size(view.Bytes)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Status(CommandAction action)
    {
        var address = new Argument<string?>("ADDRESS") { Description = "Only this account", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("status", "Show how far each account's index is, and its size") { address };
        action(command, async (run, cancellationToken) =>
        {
            var accounts = await run.SendAsync(new GetIndexStatus(run.Value(address)), cancellationToken);
            run.Output.Result(accounts, _ => run.Output.Table(
                ["Address", "Messages", "Indexed", "Not whole", "Size"],
                [.. accounts.Select(view => (IReadOnlyList<string>)[view.Address, Number(view.Messages), Number(view.Indexed), Number(view.Partial), Values.Size(view.Bytes)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
