using System.CommandLine;
using Casella.Core.Directory;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella member add|remove|one-login|list.</summary>
internal static class MemberCommands
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
    private static readonly Argument<string> Login = new("LOGIN") { Description = "The person; see: casella person list" };

    public static Command Create(CommandAction action) => new("member", "Who may work in a mailbox") { Add(action), Remove(action), OneLoginOf(action), List(action) };

    private static Command Add(CommandAction action)
    {
        var rights = new Option<MemberRights>("--rights")
        {
            Description = $"Any of {RightsText.Values}, with commas",
            HelpName = "RIGHTS",
            DefaultValueFactory = _ => MemberRights.Read | MemberRights.Work | MemberRights.SendAs,
            CustomParser = result =>
            {
                if (RightsText.Parse(result.Tokens[0].Value) is { } parsed)
                    return parsed;
                result.AddError($"\"{result.Tokens[0].Value}\" are no rights; write any of {RightsText.Values}, with commas.");
                return MemberRights.None;
            },
        };
        var command = new Command("add", "Make a person a member of a mailbox, or give a member other rights") { Address, Login, rights };
        action(command, async (run, cancellationToken) =>
        {
            var set = await run.SendAsync(new SetMember(run.Value(Address), run.Value(Login), run.Value(rights)), cancellationToken);
            run.Output.Result(set, member =>
            {
                run.Output.Line($"{member.Login} may {string.Join(", ", member.Rights)} in {member.Address}{(member.Changed ? "." : ", as before.")}");
                run.Output.Line($"Next: {ProgramName.Text} device add {member.Address} --person {member.Login} --name \"…\"");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(CommandAction action)
    {
        var command = new Command("remove", "End a membership; the person's devices for the mailbox are closed") { Address, Login };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new RemoveMember(run.Value(Address), run.Value(Login)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"{run.Value(Login)} is no longer a member of {run.Value(Address)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command OneLoginOf(CommandAction action)
    {
        var choice = new Argument<OneLogin>("auto|on|off")
        {
            Description = "auto: while the person has no mail program set up for the mailbox itself",
        };
        var command = new Command("one-login", "Whether a member sees the mailbox below their other ones, under one login (IMAP)")
        {
            Address, Login, choice,
        };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new SetOneLogin(run.Value(Address), run.Value(Login), run.Value(choice)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"{run.Value(Address)} under one login for {run.Value(Login)}: {run.Value(choice).ToString().ToLowerInvariant()}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the members of a mailbox with their rights") { Address };
        action(command, async (run, cancellationToken) =>
        {
            var members = await run.SendAsync(new ListMembers(run.Value(Address)), cancellationToken);
            run.Output.Result(members, _ => run.Output.Table(
                ["Login", "Name", "Rights", "One login", "Since"],
                [.. members.Select(m => (IReadOnlyList<string>)[m.Login, m.Name, string.Join(',', m.Rights), m.OneLogin, Values.Time(m.AddedAt)])]));
            return ExitCode.Success;
        });
        return command;
    }
}
