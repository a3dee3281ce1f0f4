using System.CommandLine;
using System.Globalization;
using Casella.Core.Lists;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella list put|all|show|remove|subscribe|unsubscribe: announcement lists.</summary>
internal static class ListCommands
{
    private static readonly Argument<string> Address = new("LIST") { Description = "Address of the list, for example news@example.org" };

    public static Command Create(CommandAction action) => new("list", "Announcement lists: one address that writes to many")
    {
        Put(action), List(action), Show(action), Remove(action), Subscribe(action), Unsubscribe(action),
    };

    private static Command Put(CommandAction action)
    {
        var title = new Option<string?>("--title") { Description = "Its name for people", HelpName = "TEXT" };
        var posting = new Option<ListPosting>("--posting")
        {
            Description = "Who may write to it: members that the office names, all members, or everybody who proves to be who they say",
            HelpName = "named|members|everybody",
        };
        var command = new Command("put", "Make a list, or change its settings") { Address, title, posting };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new PutList(run.Value(Address), run.Value(title) ?? "", run.Value(posting)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"{run.Value(Address)} is a list now. Add members with: casella list subscribe {run.Value(Address)} MEMBER"));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("all", "List the lists");
        action(command, async (run, cancellationToken) =>
        {
            var lists = await run.SendAsync(new ListLists(), cancellationToken);
            run.Output.Result(lists, _ => run.Output.Table(
                ["List", "Title", "Who writes", "Members"],
                [.. lists.Select(l => (IReadOnlyList<string>)[l.Address, l.Title, Who(l), l.Members.Count.ToString(CultureInfo.InvariantCulture)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show(CommandAction action)
    {
        var command = new Command("show", "List the members of a list, and who of them cannot be reached") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var list = await run.SendAsync(new ShowList(run.Value(Address)), cancellationToken);
            run.Output.Result(list, _ =>
            {
                run.Output.Line($"{list.Title} <{list.Address}>: {Who(list)} may write");
                run.Output.Table(
                    ["Member", "Since", "May write", "Mail"],
                    [.. list.Members.Select(m => (IReadOnlyList<string>)
                    [
                        m.Address, Values.Time(m.JoinedAt), m.MayPost || list.Posting is not nameof(ListPosting.Named) ? "yes" : "",
                        m.SuspendedAt is { } at ? $"suspended {Values.Time(at)}: it came back" : m.Bounces > 0 ? $"came back on {Values.Count(m.Bounces, "day")}" : "",
                    ])]);
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(CommandAction action)
    {
        var command = new Command("remove", "Remove a list with all its members") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new RemoveList(run.Value(Address)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Removed {run.Value(Address)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Subscribe(CommandAction action)
    {
        var members = new Argument<string[]>("MEMBER") { Description = "Mail addresses", Arity = ArgumentArity.OneOrMore };
        var posts = new Option<bool>("--posts") { Description = "They may write to the list, also where not all members may" };
        var command = new Command("subscribe", "Add members, or change what they may; who was suspended gets mail again") { Address, members, posts };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new Administration.Subscribe(run.Value(Address), run.Value(members)!, run.Value(posts)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"{string.Join(", ", run.Value(members)!)} now on {run.Value(Address)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Unsubscribe(CommandAction action)
    {
        var member = new Argument<string>("MEMBER") { Description = "Mail address" };
        var command = new Command("unsubscribe", "Take a member off a list") { Address, member };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new Administration.Unsubscribe(run.Value(Address), run.Value(member)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"{run.Value(member)} is off {run.Value(Address)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static string Who(ListView list) => Enum.Parse<ListPosting>(list.Posting) switch
    {
        ListPosting.Named => "named members",
        ListPosting.Members => "all members",
        ListPosting.Everybody => "everybody",
    };
}
