using System.CommandLine;
using Casella.Core.Policies;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella person add|list|show|set-password|leave.</summary>
internal static class PersonCommands
{
    private static readonly Argument<string> Login = new("LOGIN") { Description = "What the person signs in as, for example anna.rossi" };
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Take a password for the person's own sign-in from standard input" };

    public static Command Create(CommandAction action) => new("person", "Persons who work in mailboxes")
    {
        Add(action), List(action), Show(action), SetPassword(action), Leave(action),
    };

    private static Command Add(CommandAction action)
    {
        var name = new Argument<string>("NAME") { Description = "Name for people, for example \"Anna\"" };
        var login = new Option<string>("--login") { Description = "What the person signs in as; nobody else ever has it", HelpName = "LOGIN", Required = true };
        var language = new Option<string>("--language") { Description = "Language of what the server writes to the person: it or en", HelpName = "it|en", DefaultValueFactory = _ => "it" };
        language.AcceptOnlyFromAmong("it", "en");
        var command = new Command("add", "Add a person") { name, login, language, PasswordStdin };
        action(command, async (run, cancellationToken) =>
        {
            var password = run.Value(PasswordStdin) ? await Values.ReadPasswordAsync(run.Output, cancellationToken) : null;
            var tongue = run.Value(language) is "en" ? Language.English : Language.Italian;
            var added = await run.SendAsync(new AddPerson(run.Value(name), run.Value(login)!, tongue, password), cancellationToken);
            run.Output.Result(added, person =>
            {
                run.Output.Line($"Added {person.Name} as {person.Login}.");
                run.Output.Line($"Next: {ProgramName.Text} member add ADDRESS {person.Login}");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the persons, also those who have left");
        action(command, async (run, cancellationToken) =>
        {
            var persons = await run.SendAsync(new ListPersons(), cancellationToken);
            run.Output.Result(persons, _ => run.Output.Table(
                ["Login", "Name", "Language", "Since", "Left"],
                [.. persons.Select(p => (IReadOnlyList<string>)
                    [p.Login, p.Name, p.Language, Values.Time(p.CreatedAt), p.LeftAt is { } left ? Values.Time(left) : ""])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show(CommandAction action)
    {
        var command = new Command("show", "Show a person: mailboxes with rights, devices with their last use") { Login };
        action(command, async (run, cancellationToken) =>
        {
            var shown = await run.SendAsync(new ShowPerson(run.Value(Login)), cancellationToken);
            run.Output.Result(shown, details => ShowForPeople(run.Output, details));
            return ExitCode.Success;
        });
        return command;
    }

    private static void ShowForPeople(Output output, PersonDetailsView details)
    {
        var person = details.Person;
        output.Line($"{person.Login}  {person.Name}");
        output.Line($"  Since     {Values.Time(person.CreatedAt)}{(person.LeftAt is { } left ? $", left {Values.Time(left)}" : "")}");
        output.Line($"  Language  {person.Language}");
        output.Line($"  Sign-in   {(person.HasPassword ? "by own password" : "none of their own")}");
        output.Line();
        output.Table(
            ["Mailbox", "Rights", "Since"],
            [.. details.Memberships.Select(m => (IReadOnlyList<string>)[m.Address, string.Join(',', m.Rights), Values.Time(m.AddedAt)])]);
        output.Line();
        DeviceCommands.Table(output, details.Devices);
    }

    private static Command SetPassword(CommandAction action)
    {
        var command = new Command("set-password", "Give a person a password for their own sign-in; devices keep theirs") { Login, PasswordStdin };
        action(command, async (run, cancellationToken) =>
        {
            var password = run.Value(PasswordStdin) ? await Values.ReadPasswordAsync(run.Output, cancellationToken) : null;
            var set = await run.SendAsync(new SetPersonPassword(run.Value(Login), password), cancellationToken);
            run.Output.Result(set, view =>
            {
                run.Output.Line($"The password of {run.Value(Login)} is changed.");
                if (view.Password is { } generated)
                    run.Output.Line($"Password (shown only now): {generated}");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Leave(CommandAction action)
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command("leave", "Hand over: close all devices of a person who leaves, keep the mail, and report") { Login, yes };
        action(command, async (run, cancellationToken) =>
        {
            var shown = await run.SendAsync(new ShowPerson(run.Value(Login)), cancellationToken);
            var open = shown.Devices.Count(device => device.RevokedAt is null);
            if (!run.Value(yes) && !await run.ConfirmAsync(
                $"{shown.Person.Name} leaves: {Values.Count(open, "device")} closed, out of {Values.Count(shown.Memberships.Count, "mailbox", "mailboxes")}; the mail stays", cancellationToken))
                return ExitCode.Failure;
            var left = await run.SendAsync(new PersonLeaves(run.Value(Login)), cancellationToken);
            run.Output.Result(left, report => ReportForPeople(run.Output, report));
            return ExitCode.Success;
        });
        return command;
    }

    private static void ReportForPeople(Output output, HandOverView report)
    {
        output.Line($"{report.Name} ({report.Login}) has left. {Values.Count(report.Sessions, "open session")} ended; all mail is where it was.");
        if (report.Mailboxes.Count > 0)
        {
            output.Line();
            output.Table(
                ["Mailbox", "Devices closed", "Members now"],
                [.. report.Mailboxes.Select(m => (IReadOnlyList<string>)
                    [m.Address, m.Devices.Count == 0 ? "none" : string.Join(", ", m.Devices), $"{m.Members}{(m.HasManager ? "" : ", none may manage")}"])]);
        }

        var deserted = report.Mailboxes.Where(mailbox => mailbox.Members == 0).Select(mailbox => mailbox.Address).ToList();
        if (deserted.Count > 0)
        {
            output.Line();
            output.Line($"No person is a member of {string.Join(", ", deserted)} now; mail goes on arriving there.");
        }

        var orphans = report.Mailboxes.Where(mailbox => !mailbox.HasManager).Select(mailbox => mailbox.Address).ToList();
        if (orphans.Count == 0)
            return;
        output.Line();
        output.Line($"Nobody may manage {string.Join(", ", orphans)} now. Give somebody the right with:");
        output.Line($"  {ProgramName.Text} member add {orphans[0]} LOGIN --rights read,work,send,manage");
    }
}
