using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella alias add|list|remove.</summary>
internal static class AliasCommands
{
    private static readonly Argument<string> Alias = new("ALIAS") { Description = "The address without a mailbox of its own; *@example.org for all that is for nobody else" };

    public static Command Create(CommandAction action) => new("alias", "Addresses whose mail goes to other mailboxes") { Add(action), List(action), Remove(action) };

    private static Command Add(CommandAction action)
    {
        var target = new Argument<string>("TARGET") { Description = "The account or alias that gets its mail, or an address elsewhere; repeat the command for more" };
        var command = new Command("add", "Make mail for one address go to another") { Alias, target };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new AddAlias(run.Value(Alias), run.Value(target)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Mail for {run.Value(Alias)} now goes to {run.Value(target)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the aliases");
        action(command, async (run, cancellationToken) =>
        {
            var aliases = await run.SendAsync(new ListAliases(), cancellationToken);
            run.Output.Result(aliases, _ => run.Output.Table(
                ["Alias", "Goes to"], [.. aliases.Select(a => (IReadOnlyList<string>)[a.Alias, string.Join(", ", a.Targets)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(CommandAction action)
    {
        var target = new Argument<string?>("TARGET") { Description = "Only this target; without it the whole alias", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("remove", "Remove an alias or one of its targets") { Alias, target };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new RemoveAlias(run.Value(Alias), run.Value(target)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Removed {run.Value(Alias)}{(run.Value(target) is { } one ? $" to {one}" : "")}."));
            return ExitCode.Success;
        });
        return command;
    }
}
