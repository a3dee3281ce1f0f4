using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella domain add|list|remove.</summary>
internal static class DomainCommands
{
    private static readonly Argument<string> Domain = new("DOMAIN") { Description = "Domain name, for example example.org" };

    public static Command Create(CommandAction action) => new("domain", "The domains whose mail is kept here") { Add(action), List(action), Remove(action) };

    private static Command Add(CommandAction action)
    {
        var command = new Command("add", "Add a domain") { Domain };
        action(command, async (run, cancellationToken) =>
        {
            var added = await run.SendAsync(new AddDomain(run.Value(Domain)), cancellationToken);
            run.Output.Result(added, domain =>
            {
                run.Output.Line($"Added {domain.Domain}.");
                run.Output.Line($"What DNS must say about it: casella dns {domain.Domain}");
                run.Output.Line($"Other servers write to postmaster@{domain.Domain} when something is wrong. Once there is a mailbox for it:");
                run.Output.Line($"  casella alias add postmaster@{domain.Domain} ADDRESS");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the domains");
        action(command, async (run, cancellationToken) =>
        {
            var domains = await run.SendAsync(new ListDomains(), cancellationToken);
            run.Output.Result(domains, _ => run.Output.Table(
                ["Domain", "Accounts", "Aliases", "Postmaster"],
                [.. domains.Select(d => (IReadOnlyList<string>)
                    [d.Domain, d.Accounts.ToString(CultureInfo.InvariantCulture), d.Aliases.ToString(CultureInfo.InvariantCulture), d.HasPostmaster ? "yes" : "nobody"])]));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Remove(CommandAction action)
    {
        var command = new Command("remove", "Remove a domain that has no accounts and aliases any more") { Domain };
        action(command, async (run, cancellationToken) =>
        {
            var done = await run.SendAsync(new RemoveDomain(run.Value(Domain)), cancellationToken);
            run.Output.Result(done, _ => run.Output.Line($"Removed {run.Value(Domain)}."));
            return ExitCode.Success;
        });
        return command;
    }
}
