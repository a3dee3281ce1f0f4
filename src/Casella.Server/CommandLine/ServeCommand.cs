using System.CommandLine;
using Casella.Core.Office;
using Casella.Server.Administration;
using Casella.Server.Demo;
using Casella.Server.Hosting;
using Casella.Server.Options;
using Casella.Web.Office;

namespace Casella.Server.CommandLine;

/// <summary>
/// casella serve, and casella without a command: runs the mail service until it is told to stop (SIGTERM, Ctrl+C).
/// </summary>
internal static class ServeCommand
{
    // A command that works on the store without a server has it for moments.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly Option<bool> Demo = new("--demo")
    {
        Description = "Also make the domain example.test with a shared mailbox, two personal ones and a few messages, and show how to read them",
    };

    public static Command Create(CommandAction action)
    {
        var command = new Command("serve", "Run the mail service (what casella does without a command)") { Demo };
        action(command, RunAsync);
        return command;
    }

    /// <summary>Makes serve the command of the program itself.</summary>
    public static void AddTo(RootCommand root, CommandAction action)
    {
        root.Add(Demo);
        action(root, RunAsync);
    }

    private static async Task<int> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        using var folder = await OpenFolderAsync(run.Options, run.Time, cancellationToken);
        await using var server = await MailServer.StartAsync(run.Options, folder, cancellationToken);
        var demo = run.Value(Demo) ? await DemoMailboxes.PrepareAsync(server, folder, cancellationToken) : null;
        // Not in --json, which services write into logs that many read.
        var link = run.Output.IsJson ? null : await OwnerLinkAsync(server, cancellationToken);
        run.Output.Result(server.Status(), status =>
        {
            ForPeople(run.Output, server, status, demo);
            if (link is not null)
                run.Output.Line($"The office has no owner yet. Open this link within a day, once, and it is yours:\n  {link}");
            run.Output.Line("Ctrl+C stops the server.");
        });
        await server.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Success;
    }

    private static async Task<DataFolder> OpenFolderAsync(CasellaOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (DataFolder.TryOpen(options.Data) is { } folder)
                return folder.RequireWhole();
            await using var other = await ControlClient.TryConnectAsync(options.Data, ProductVersion.Text, cancellationToken);
            if (other is not null || time.GetElapsedTime(start) > Patience)
                throw new CommandException(
                    "InUse", $"{DataFolder.Owner(options.Data)} already serves the data folder {Path.GetFullPath(options.Data)}. See: casella status. Stop it first, or use another folder with --data.");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static void ForPeople(Output output, MailServer server, ServerStatus status, DemoSummary? demo)
    {
        output.Line($"casella {status.Version} serves {status.HostName} from {status.Data}");
        if (server.PortsHaveMoved)
            output.Line("This user may not open ports below 1024, so they all moved up by 10000.");
        output.Line();
        StartTable.Write(output, status.Listeners);
        output.Line();
        if (StartTable.WebAddress(status) is { } web)
            output.Line($"The webmail is at {web}");
        if (server.AuthorityFile is { } authority)
            output.Line($"The certificate is Casella's own; clients may trust it by {authority}");
        var casella = ProgramName.Text;
        if (demo is not null)
            demo.Write(output, status, server.AuthorityFile);
        else
            output.Line($"Next, in another terminal:  {casella} domain add example.org\n                            {casella} account add info@example.org");
    }

    /// <summary>Null where somebody owns the office.</summary>
    private static async Task<string?> OwnerLinkAsync(MailServer server, CancellationToken cancellationToken)
    {
        var office = server.Services.GetRequiredService<OfficeDoors>().Open(OfficeCaller.CommandLine).Staff;
        return await office.HasOwnerAsync(cancellationToken)
            ? null
            : OfficeAddress.OfLink(server.Status().HostName, server.Services.GetRequiredService<OpenPorts>().Https, await office.MakeOwnerLinkAsync(cancellationToken));
    }
}
