using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella queue list|retry|remove|dead.</summary>
internal static class QueueCommands
{
    private static readonly Argument<string> Id = new("ID") { Description = "The message's id, as casella queue list shows it" };

    public static Command Create(CommandAction action) => new("queue", "Mail that waits to be delivered") { List(action), Retry(action), Remove(action), Dead(action) };

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List what waits, oldest first");
        action(command, async (run, cancellationToken) =>
        {
            var messages = await run.SendAsync(new ListQueue(), cancellationToken);
            run.Output.Result(messages, _ => run.Output.Table(
                ["Id", "Since", "From", "To", "Attempts", "Next", "Last answer"],
                [.. messages.SelectMany(message => message.Recipients.Select(recipient => Row(message, recipient)))]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Retry(CommandAction action)
    {
        var which = new Argument<string?>("ID") { Description = "The message's id, as casella queue list shows it", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Everything that has been tried before, as after a night without network" };
        var command = new Command("retry", "Try a message, or all, again now") { which, all };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == (result.GetValue(which) is not null))
                result.AddError("Say which message (ID), or --all.");
        });
        action(command, async (run, cancellationToken) =>
        {
            if (run.Value(which) is { } id)
                run.Output.Result(
                    await run.SendAsync(new RetryQueued(id), cancellationToken), _ => run.Output.Line($"{id} is tried again as soon as the server runs."));
            else
                run.Output.Result(
                    await run.SendAsync(new RetryAllQueued(), cancellationToken),
                    done => run.Output.Line($"{Values.Count(done.Messages, "message is", "messages are")} tried again as soon as the server runs."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(CommandAction action)
    {
        var command = new Command("remove", "Forget a message; nobody is told") { Id };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new RemoveQueued(run.Value(Id)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Removed {run.Value(Id)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Dead(CommandAction action) =>
        new("dead", "Addresses elsewhere that have refused mail again and again; nothing is sent there for a while") { ListDead(action), LiftDead(action) };

    private static Command ListDead(CommandAction action)
    {
        var command = new Command("list", "List them with what their server said; they are tried again by themselves");
        action(command, async (run, cancellationToken) =>
        {
            var dead = await run.SendAsync(new ListDeadAddresses(), cancellationToken);
            run.Output.Result(dead, _ => run.Output.Table(
                ["Address", "Refused", "First", "Last", "Until", "Last answer"],
                [.. dead.Select(one => (IReadOnlyList<string>)
                [
                    one.Address, one.Refusals.ToString(CultureInfo.InvariantCulture), Time(one.FirstAt), Time(one.LastAt), Time(one.Until), one.Reason,
                ])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command LiftDead(CommandAction action)
    {
        var address = new Argument<string>("ADDRESS") { Description = "As queue dead list shows it" };
        var command = new Command("lift", "Let an address be tried again at once") { address };
        action(command, async (run, cancellationToken) =>
        {
            run.Output.Result(
                await run.SendAsync(new LiftDeadAddress(run.Value(address)), cancellationToken), _ => run.Output.Line($"Mail to {run.Value(address)} is tried again."));
            return ExitCode.Success;
        });
        return command;
    }

    private static IReadOnlyList<string> Row(QueuedMessageView message, WaitingRecipientView recipient) =>
    [
        message.Id, Time(message.QueuedAt), message.Sender.Length > 0 ? message.Sender : "<>", recipient.Address,
        recipient.Attempts.ToString(CultureInfo.InvariantCulture), Time(recipient.NextAt), recipient.LastError ?? "",
    ];

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
