using System.CommandLine;
using System.Globalization;
using Casella.Core.Office;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella office link|list|set|invite|journal|token: who works in the office, and what they have done.</summary>
internal static class OfficeCommands
{
    private static readonly Argument<string> Login = new("LOGIN") { Description = "A person's login, for example anna.rossi" };

    public static Command Create(CommandAction action) => new("office", "People who run the office, their roles, and the journal")
    {
        Link(action), List(action), Set(action), Invite(action), Journal(action), OfficeTokenCommands.Create(action),
    };

    private static Command Link(CommandAction action)
    {
        var command = new Command("link", "Make a link by which somebody becomes an owner of the office, once, within a day");
        action(command, async (run, cancellationToken) =>
        {
            var link = await run.SendAsync(new MakeOwnerLink(), cancellationToken);
            run.Output.Result(link, view =>
            {
                run.Output.Line("Open this in a browser, choose a name and a password, and the office is yours:");
                run.Output.Line($"  {view.Address}");
                run.Output.Line($"It works once, until {Values.Time(view.Until)}.");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List who is what in the office");
        action(command, async (run, cancellationToken) =>
        {
            var staff = await run.SendAsync(new ListStaff(), cancellationToken);
            run.Output.Result(staff, _ => run.Output.Table(
                ["Login", "Name", "Roles", "Domains"],
                [.. staff.Select(one => (IReadOnlyList<string>)[one.Login, one.Name, one.Roles, string.Join(',', one.Domains)])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Set(CommandAction action)
    {
        var roles = new Option<string>("--roles") { Description = $"Of {OfficeRolesText.Values}, or none", HelpName = "ROLES", Required = true };
        var domains = new Option<string>("--domains") { Description = "Of a domain operator, with commas between them", HelpName = "DOMAINS" };
        var command = new Command("set", "Give a person roles in the office, in place of those they had") { Login, roles, domains };
        action(command, async (run, cancellationToken) =>
        {
            var chosen = OfficeRolesText.Parse(run.Value(roles)!)
                ?? throw new CommandException("Usage", $"--roles takes {OfficeRolesText.Values}, with commas between them, or none.");
            var named = (run.Value(domains) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var done = await run.SendAsync(new SetStaff(run.Value(Login), chosen, named), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"{run.Value(Login)} is now in the office: {OfficeRolesText.Format(chosen)}."));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Invite(CommandAction action)
    {
        var command = new Command("invite", "Make a link by which a person chooses a password of their own, once") { Login };
        action(command, async (run, cancellationToken) =>
        {
            var link = await run.SendAsync(new InvitePerson(run.Value(Login)), cancellationToken);
            run.Output.Result(link, view =>
            {
                run.Output.Line($"For {run.Value(Login)}, once, until {Values.Time(view.Until)}:");
                run.Output.Line($"  {view.Address}");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Journal(CommandAction action)
    {
        var limit = new Option<int>("--limit") { Description = "The newest so many", HelpName = "N", DefaultValueFactory = _ => 50 };
        var text = new Option<string>("--about") { Description = "Only with this in address, login or name", HelpName = "TEXT" };
        var command = new Command("journal", "Show who has done what in the office, the newest first") { limit, text };
        action(command, async (run, cancellationToken) =>
        {
            var entries = await run.SendAsync(new ReadJournal(run.Value(limit), run.Value(text)), cancellationToken);
            run.Output.Result(entries, _ => run.Output.Table(
                ["Entry", "Time", "Who", "By", "What", "About", "Values", "Outcome"],
                [.. entries.Select(entry => (IReadOnlyList<string>)
                [
                    entry.Id.ToString(CultureInfo.InvariantCulture), Values.Time(entry.At), entry.Who, entry.Address is { } address ? $"{entry.Way} {address}" : entry.Way, entry.Act, entry.Subject,
                    entry.Reason ?? entry.Detail, entry.Failure is { } failure ? $"{entry.Outcome}: {failure}" : entry.Outcome,
                ])]));
            return ExitCode.Success;
        });
        return command;
    }
}

/// <summary>casella office token add|list|revoke.</summary>
internal static class OfficeTokenCommands
{
    public static Command Create(CommandAction action) => new("token", "Tokens that let programs into the REST API") { Add(action), List(action), Revoke(action) };

    private static Command Add(CommandAction action)
    {
        var name = new Argument<string>("NAME") { Description = "What the program is, for example website" };
        var person = new Option<string>("--person") { Description = "Whose it is: it may what this person may, and ends with them", HelpName = "LOGIN", Required = true };
        var scopes = new Option<string>("--scopes") { Description = $"What it may of that, with commas between: {string.Join(' ', OfficeTable.Scopes)}", HelpName = "SCOPES", Required = true };
        var days = new Option<int?>("--days") { Description = "How long it lasts; for ever if not said", HelpName = "N" };
        var command = new Command("add", "Make a token; it is shown once") { name, person, scopes, days };
        action(command, async (run, cancellationToken) =>
        {
            var wanted = run.Value(scopes)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var added = await run.SendAsync(new AddToken(run.Value(name), run.Value(person)!, wanted, run.Value(days)), cancellationToken);
            run.Output.Result(added, view => run.Output.Line($"Token of {view.Name} (shown only now): {view.Token}"));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the tokens, also revoked ones");
        action(command, async (run, cancellationToken) =>
        {
            var tokens = await run.SendAsync(new ListTokens(), cancellationToken);
            run.Output.Result(tokens, _ => run.Output.Table(
                ["Id", "Name", "Person", "Scopes", "Until", "Last used", "Revoked"],
                [.. tokens.Select(token => (IReadOnlyList<string>)
                [
                    token.Id.ToString(CultureInfo.InvariantCulture), token.Name, token.Login, string.Join(' ', token.Scopes),
                    token.Until is { } until ? Values.Time(until) : "", Values.Time(token.LastUsedAt), token.RevokedAt is { } revoked ? Values.Time(revoked) : "",
                ])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Revoke(CommandAction action)
    {
        var id = new Argument<long>("ID") { Description = "Its number, as casella office token list shows it" };
        var command = new Command("revoke", "Take a token its force, at once") { id };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new RevokeToken(run.Value(id)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Token {run.Value(id).ToString(CultureInfo.InvariantCulture)} opens nothing any more."));
            return ExitCode.Success;
        });
        return command;
    }
}
