using System.CommandLine;
using Casella.Server.Administration;
using Casella.Server.Hosting;

namespace Casella.Server.CommandLine;

/// <summary>casella logs: what the running server has said, wherever its log goes.</summary>
internal static class LogsCommand
{
    public static Command Create(CommandAction action)
    {
        var words = new Argument<string?>("WORDS") { Description = "Only lines with this in them: an address, a queue id, a connection", Arity = ArgumentArity.ZeroOrOne };
        var count = new Option<int>("--lines", "-n") { Description = "So many of the last 2,000", DefaultValueFactory = _ => 50 };
        var level = new Option<LogLevel>("--level") { Description = "Only what is as important as this", DefaultValueFactory = _ => LogLevel.Trace };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes, until Ctrl+C" };
        var command = new Command("logs", "The last lines of the running server's log; how much it says is Logging:Level and Logging:Rooms") { words, count, level, follow };
        Values.Within(count, 0, LogMemory.Lines);
        action(command, async (run, cancellationToken) =>
        {
            await run.SendAsync(new ShowLogs(run.Value(count), run.Value(level), run.Value(words), run.Value(follow)), cancellationToken, run.Output.Line);
            return ExitCode.Success;
        });
        return command;
    }
}
