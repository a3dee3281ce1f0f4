using System.CommandLine;
using System.Globalization;
using Casella.Server.Administration;

namespace Casella.Server.CommandLine;

/// <summary>casella status: exit code 1 when no server runs.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandAction action)
    {
        var command = new Command("status", "Say whether the server runs, and where it listens");
        action(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var data = Path.GetFullPath(run.Options.Data);
        await using var server = await ControlClient.TryConnectAsync(data, ProductVersion.Text, cancellationToken);
        var status = server is null
            ? ServerStatus.NotRunning(ProductVersion.Text, data)
            : await server.SendAsync(new GetStatus(), _ => { }, cancellationToken);
        run.Output.Result(status, _ => ForPeople(run.Output, status));
        return status.Running ? ExitCode.Success : ExitCode.Failure;
    }

    private static void ForPeople(Output output, ServerStatus status)
    {
        if (!status.Running)
        {
            output.Line($"No server runs on {status.Data}. Start it with: casella serve");
            return;
        }
        output.Line($"casella {status.Version} serves {status.HostName} from {status.Data} since {Values.Time(status.StartedAt)} (process {status.ProcessId.ToString(CultureInfo.InvariantCulture)}), {status.Connections.ToString(CultureInfo.InvariantCulture)} connections.");
        output.Line();
        StartTable.Write(output, status.Listeners);
    }
}
