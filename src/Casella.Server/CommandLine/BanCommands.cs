using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella bans list|lift: who may not try to sign in for now, after too many wrong passwords.</summary>
internal static class BanCommands
{
    public static Command Create(CommandAction action)
    {
        // Without more it lists them.
        var bans = Listing(new Command("bans", "Who may not try to sign in for now, after too many wrong passwords"), action);
        bans.Add(Listing(new Command("list", "List mailboxes and addresses whose tries are used up; they come back by themselves (Limits:SignIn)"), action));
        bans.Add(Lift(action));
        return bans;
    }

    private static Command Listing(Command command, CommandAction action)
    {
        action(command, async (run, cancellationToken) =>
        {
            var bans = await run.SendAsync(new ListBans(), cancellationToken);
            run.Output.Result(bans, _ => run.Output.Table(
                ["Whom", "What", "Until"],
                [.. bans.Select(ban => (IReadOnlyList<string>)[ban.Whom, ban.IsAddress ? "address" : "mailbox, from new places", Values.Time(ban.Until)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Lift(CommandAction action)
    {
        var whom = new Argument<string>("WHOM") { Description = "Mailbox address, or address on the network, as bans list shows it" };
        var command = new Command("lift", "Let somebody try again at once") { whom };
        action(command, async (run, cancellationToken) =>
        {
            run.Output.Result(await run.SendAsync(new LiftBan(run.Value(whom)), cancellationToken), _ => run.Output.Line($"{run.Value(whom)} may try again."));
            return ExitCode.Success;
        });
        return command;
    }
}
