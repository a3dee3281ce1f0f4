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
                var last = await ShowAsync(run, null, cancellationToken);
                while (run.Value(watch))
                {
                    await Task.Delay(Interval, run.Time, cancellationToken);
                    last = await ShowAsync(run, last, cancellationToken);
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

    /// <param name="last">What was shown before; rates are from there to now.</param>
    private static async Task<TopPicture> ShowAsync(CommandRun run, TopPicture? last, CancellationToken cancellationToken)
    {
        var picture = new TopPicture(run.Time.GetUtcNow(), await run.SendAsync(new ListSessions(), cancellationToken));
        if (last is not null && run.Output.IsTerminal)
            run.Output.Raw(ClearScreen);
        run.Output.Result(picture.Sessions, _ =>
        {
            run.Output.Line($"{Values.Time(picture.At)}  {Values.Count(picture.Sessions.Count, "session")}");
            run.Output.Table(
                ["Mailbox", "Device", "Protocol", "Program", "From", "Since", "Received", "Sent", .. last is null ? (string[])[] : ["Received/s", "Sent/s"]],
                [.. picture.Sessions.Select(session => Row(session, last is null ? null : picture.RateOf(session, last)))]);
        });
        return picture;
    }

    private static IReadOnlyList<string> Row(LiveSessionView session, TrafficRate? rate) =>
    [
        session.Address, session.Who, session.Protocol, session.Program ?? "", session.Remote, Values.Time(session.Since),
        session.Received is { } received ? Values.Size(received) : "", session.Sent is { } sent ? Values.Size(sent) : "",
        .. rate is null ? (string[])[] : [Values.Size(rate.Received), Values.Size(rate.Sent)],
    ];
}

/// <summary>Who was signed in at a moment.</summary>
internal sealed record TopPicture(DateTimeOffset At, IReadOnlyList<LiveSessionView> Sessions)
{
    /// <summary>Octets a second since the picture before; what was not in it has had all of its traffic since.</summary>
    public TrafficRate RateOf(LiveSessionView session, TopPicture before)
    {
        var known = before.Sessions.FirstOrDefault(one => one.Since == session.Since && string.Equals(one.Address, session.Address, StringComparison.Ordinal)
            && string.Equals(one.Who, session.Who, StringComparison.Ordinal) && string.Equals(one.Protocol, session.Protocol, StringComparison.Ordinal));
        var seconds = Math.Max((At - before.At).TotalSeconds, 0.001);
        return new TrafficRate(Rate(session.Received, known?.Received), Rate(session.Sent, known?.Sent));

        long Rate(long? now, long? then) => (long)Math.Max(0, ((now ?? 0) - (then ?? 0)) / seconds);
    }
}

/// <summary>Octets a second.</summary>
internal sealed record TrafficRate(long Received, long Sent);
