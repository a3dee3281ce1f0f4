using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella spam allow|deny|remove|undo|list|why|stats: who is let through, and why mail was taken for spam.</summary>
internal static class SpamCommands
{
    private static readonly Argument<string> Address = new("ADDRESS")
    {
        Description = "Mailbox address, for example info@example.org; or one of our domains, for all its mailboxes",
    };

    private static readonly Argument<string> Sender = new("SENDER") { Description = "Mail address of a sender, or a domain for all that is sent from it" };

    public static Command Create(CommandAction action) => new("spam", "Spam: lists of senders, and the filter's reasons")
    {
        Set(action, "allow", "Never take mail of a sender for spam", isAllowed: true),
        Set(action, "deny", "Put all mail of a sender into SPAM", isAllowed: false),
        Set(action, "remove", "Take a sender off the list", isAllowed: null),
        Undo(action), List(action), Why(action), Stats(action),
    };

    private static Command Set(CommandAction action, string name, string description, bool? isAllowed)
    {
        var command = new Command(name, description) { Address, Sender };
        action(command, async (run, cancellationToken) =>
        {
            var change = await run.SendAsync(new SetSender(run.Value(Address), run.Value(Sender), isAllowed), cancellationToken);
            run.Output.Result(change, _ => run.Output.Line((change.Changed, isAllowed) switch
            {
                (false, null) => $"{run.Value(Sender)} is not on the list of {run.Value(Address)}.",
                (false, _) => $"{run.Value(Sender)} was already on the list of {run.Value(Address)}.",
                (true, true) => $"Mail from {run.Value(Sender)} to {run.Value(Address)} is let through from now on.",
                (true, false) => $"Mail from {run.Value(Sender)} to {run.Value(Address)} goes into SPAM from now on.",
                (true, null) => $"Removed {run.Value(Sender)}.",
            }));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Undo(CommandAction action)
    {
        var entry = new Argument<long>("ENTRY") { Description = "The change's number in the journal, as casella office journal shows it" };
        var command = new Command("undo", "Take back a change of a list of senders, of a mailbox or a domain") { entry };
        action(command, async (run, cancellationToken) =>
        {
            run.Output.Result(
                await run.SendAsync(new UndoSender(run.Value(entry)), cancellationToken), _ => run.Output.Line("The list is as it was before that change."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the senders that somebody has decided about") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var senders = await run.SendAsync(new ListSenders(run.Value(Address)), cancellationToken);
            run.Output.Result(senders, _ => run.Output.Table(
                ["Sender", "Mail", "Since"],
                [.. senders.Select(s => (IReadOnlyList<string>)[s.Entry, s.IsAllowed ? "let through" : "into SPAM", Values.Time(s.At)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Why(CommandAction action)
    {
        var mailbox = new Argument<string>("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
        var message = new Option<string>("--message") { Description = "The message: its Message-ID, its EMAILID, or folder and UID as in INBOX/12", HelpName = "ID", Required = true };
        var language = new Option<string?>("--language") { Description = "Language of the reasons; without it the mailbox's own", HelpName = "it|en" };
        language.AcceptOnlyFromAmong("it", "en");
        var command = new Command("why", "Say why a message was taken for spam, or was not") { mailbox, message, language };
        action(command, async (run, cancellationToken) =>
        {
            var filter = new HistoryFilter(null, null, null, null, 0, run.Value(language));
            var opinions = await run.SendAsync(new ExplainSpam(run.Value(mailbox), run.Value(message)!, filter), cancellationToken);
            run.Output.Result(opinions, _ =>
            {
                foreach (var opinion in opinions)
                    Tell(run.Output, opinion);
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Stats(CommandAction action)
    {
        var command = new Command("stats", "Show what was learnt from the members") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var statistics = await run.SendAsync(new ShowSpamStatistics(run.Value(Address)), cancellationToken);
            run.Output.Result(statistics, _ => run.Output.Table(
                ["Learnt as spam", "Learnt as wanted", "Words", "Known senders"],
                [new[] { statistics.Spam, statistics.Ham, statistics.Words, statistics.KnownSenders }.Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray()]));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Tell(Output output, SpamOpinionView opinion)
    {
        output.Line(opinion.Title);
        if (!opinion.WasJudged)
        {
            output.Line("  was not judged: it is from here or from a trusted network, or older than the filter");
            return;
        }

        output.Line(string.Create(CultureInfo.InvariantCulture, $"  {opinion.Score:0.0} points; from {opinion.Required:0.0} on it is marked as spam"));
        foreach (var reason in opinion.Reasons)
            output.Line(string.Create(CultureInfo.InvariantCulture, $"  {reason.Points,6:+0.0;-0.0}  {reason.Words}"));
        if (opinion.CountsAsSpam is { } spam)
            output.Line($"  a member has said since that it is {(spam ? "spam" : "wanted")}; the mailbox has learnt from it");
    }
}
