using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella verify: exit code 1 when something is wrong.</summary>
internal static class VerifyCommand
{
    public static Command Create(CommandAction action)
    {
        var address = new Argument<string?>("ADDRESS") { Description = "Only this account", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", "Check every row, body hash, counter and UID rule; print what is wrong") { address };
        action(command, async (run, cancellationToken) =>
        {
            var verified = await run.SendAsync(new Verify(run.Value(address)), cancellationToken, run.Output.Line);
            run.Output.Result(verified, view => run.Output.Line(
                $"{Values.Count(view.Accounts, "account")} checked, {Values.Count(view.Findings.Count, "problem")}."));
            return verified.Findings.Count == 0 ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }
}
