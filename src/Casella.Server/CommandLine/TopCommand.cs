using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella top: who is signed in, once or again and again.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private const string ClearScreen = "\u001b[H\u001b[2J";

    public static Command Create(CommandAction action)
    {
        var watch = new Option<bool>("--watch") { Description = "Show it anew every two seconds, until Ctrl+C" };
        var command = new Command("top", "Show who is signed in: mailbox, device, protocol, program, since when, and what has gone over the wire") { watch };
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(watch) && run.Output.IsJson)
                throw new CommandException("Usage", "--watch is for people: with --json ask again yourself.");
            try
            {
                await ShowAsync(run, cancellationToken);
                while (run.Value(watch))
                {
                    await Task.Delay(Interval, run.Time, cancellationToken);
                    if (run.Output.IsTerminal)
                        run.Output.Raw(ClearScreen);
                    await ShowAsync(run, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (run.Value(watch))
            {
                return ExitCode.Success;   // Ctrl+C is how it ends
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task ShowAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var sessions = await run.SendAsync(new ListSessions(), cancellationToken);
        run.Output.Result(sessions, _ =>
        {
            run.Output.Line($"{Values.Time(run.Time.GetUtcNow())}  {Values.Count(sessions.Count, "session")}");
            run.Output.Table(
                ["Mailbox", "Device", "Protocol", "Program", "From", "Since", "Received", "Sent"],
                [.. sessions.Select(session => (IReadOnlyList<string>)
                [
                    session.Address, session.Who, session.Protocol, session.Program ?? "", session.Remote, Values.Time(session.Since),
                    session.Received is { } received ? Values.Size(received) : "", session.Sent is { } sent ? Values.Size(sent) : "",
                ])]);
        });
    }
}
