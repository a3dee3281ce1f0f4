using System.Text.Json;
using Casella.Server.CommandLine;

namespace Casella.Server.Tests;

/// <summary>What one run of the program has said, run within the test's process.</summary>
internal sealed record CommandResult(int ExitCode, string Text, string Errors)
{
    /// <summary>Standard output as the JSON document that --json promises.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public static async Task<CommandResult> OfAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await new CommandTree(arguments, new Output(output, error, isTerminal: false)).InvokeAsync();
        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }
}
