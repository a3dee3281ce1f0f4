using System.CommandLine;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella account policy: what a mailbox decides for itself.</summary>
internal static class PolicyCommand
{
    /// <summary>Of a long value (an answer) a table shows the beginning.</summary>
    private const int ShownAtMost = 40;

    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Mailbox address, for example info@example.org" };
    private static readonly Argument<string[]> Settings = new("NAME=VALUE")
    {
        Description = "What to set, all or none; without any the policy is shown",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create(CommandAction action)
    {
        var command = new Command("policy", "Show or set what a mailbox decides for itself: POP3 deletion, retention, warnings, automatic answer, language")
        {
            Address, Settings,
        };
        action(command, async (run, cancellationToken) =>
        {
            var values = Parse(run.Value(Settings));
            var policy = values.Count == 0
                ? await run.SendAsync(new ShowPolicy(run.Value(Address)), cancellationToken)
                : await run.SendAsync(new SetPolicy(run.Value(Address), values), cancellationToken);
            run.Output.Result(policy, _ => ForPeople(run.Output, policy, values));
            return ExitCode.Success;
        });
        return command;
    }

    /// <exception cref="CommandException">Not NAME=VALUE, or a name twice.</exception>
    private static Dictionary<string, string> Parse(IReadOnlyList<string> settings)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new CommandException("InvalidValue", $"\"{setting}\" is not NAME=VALUE; write for example trash=60.");
            if (!values.TryAdd(setting[..equals], setting[(equals + 1)..]))
                throw new CommandException("InvalidValue", $"{setting[..equals]} is set twice.");
        }

        return values;
    }

    private static void ForPeople(Output output, IReadOnlyList<PolicyView> policy, Dictionary<string, string> set)
    {
        if (set.Count == 0)
            output.Table(["Name", "Value", "Decides", "May be"], [.. policy.Select(row => (IReadOnlyList<string>)[row.Name, Short(row.Value), row.Decides, row.Values])]);
        foreach (var row in policy.Where(row => set.ContainsKey(row.Name)))
            output.Line($"{row.Name} is now {row.Value}");
    }

    private static string Short(string value) => value.Length <= ShownAtMost ? value : $"{value[..ShownAtMost]}…";
}
