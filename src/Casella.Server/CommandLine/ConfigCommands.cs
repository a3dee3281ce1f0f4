using System.CommandLine;
using Casella.Server.Configuration;

namespace Casella.Server.CommandLine;

/// <summary>casella config describe.</summary>
internal static class ConfigCommands
{
    public static Command Create(CommandAction action) => new("config", "The configuration") { Describe(action) };

    private static Command Describe(CommandAction action)
    {
        var markdown = new Option<bool>("--markdown") { Description = "Write docs/configuration.md" };
        var command = new Command("describe", "Print every option: what it is for, its default, what it is set to") { markdown };
        action(command, (run, _) =>
        {
            if (run.Value(markdown))
                run.Output.Raw(OptionsManual.Markdown());
            else
                run.Output.Result(OptionsManual.Describe(run.Options), options => ForPeople(run.Output, options));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static void ForPeople(Output output, IReadOnlyList<OptionDescription> options)
    {
        foreach (var option in options)
        {
            var isSet = !string.Equals(option.Value, option.Default, StringComparison.Ordinal);
            output.Line($"{option.Option} = {option.Value}{(isSet ? $"   (default {option.Default})" : "")}");
            output.Line($"    {option.Description}");
        }
    }
}
