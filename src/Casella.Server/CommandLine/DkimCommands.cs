using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella dkim list|rotate: the keys that sign a domain's mail.</summary>
internal static class DkimCommands
{
    private static readonly Argument<string> Domain = new("DOMAIN") { Description = "Domain name, for example example.org" };
    private static readonly Option<bool> Activate = new("--activate") { Description = "The second step: sign with the new keys, once DNS knows them" };
    private static readonly Option<bool> Unseen = new("--unseen") { Description = "With --activate: do not ask DNS first" };

    public static Command Create(CommandAction action) => new("dkim", "The keys that sign a domain's mail (DKIM)") { List(action), Rotate(action) };

    private static Command List(CommandAction action)
    {
        var command = new Command("list", "List the keys of a domain") { Domain };
        action(command, async (run, cancellationToken) =>
        {
            var keys = await run.SendAsync(new ListDkimKeys(run.Value(Domain)), cancellationToken);
            run.Output.Result(keys, _ => Table(run.Output, keys));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Rotate(CommandAction action)
    {
        var command = new Command("rotate", "Change the keys of a domain, in two steps: make new ones to be published, then sign with them") { Domain, Activate, Unseen };
        action(command, async (run, cancellationToken) =>
        {
            var domain = run.Value(Domain);
            var keys = run.Value(Activate)
                ? await run.SendAsync(new ActivateDkimKeys(domain, run.Value(Unseen)), cancellationToken)
                : await run.SendAsync(new RotateDkimKeys(domain), cancellationToken);
            run.Output.Result(keys, _ =>
            {
                Table(run.Output, keys);
                foreach (var key in keys.Where(key => key.State is "Waiting"))
                    run.Output.Line($"{key.Name}. IN TXT {DnsRecords.ZoneValue(new DnsRecord(key.Name, DnsRecordKind.Txt, key.Record, ""))}");
                run.Output.Line(run.Value(Activate)
                    ? "The new keys sign from now on. Leave the old ones in DNS for a week."
                    : $"Publish the new keys, then: casella dkim rotate {domain} --activate");
            });
            return ExitCode.Success;
        });
        return command;
    }

    private static void Table(Output output, IReadOnlyList<DkimKeyView> keys) => output.Table(
        ["Key", "Kind", "State", "Made"],
        [.. keys.Select(key => (IReadOnlyList<string>)[key.Name, key.Kind, key.State, key.CreatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)])]);
}
