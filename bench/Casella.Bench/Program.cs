using System.CommandLine;
using Casella.Bench.Reports;
using Casella.Bench.Running;
using Casella.Bench.Wire;
using Spectre.Console;

namespace Casella.Bench;

/// <summary>
/// A load generator for any IMAP, POP3, SMTP or LMTP server: <c>run</c> measures, <c>ratios</c> compares what was
/// measured, <c>list</c> tells the workloads. It uses no code of the product, so that it cannot share its mistakes.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        var root = new RootCommand("Load generator for mail servers") { RunCommand(), RatiosCommand(), ListCommand() };
        return root.Parse(args).InvokeAsync();
    }

    private static Command RunCommand()
    {
        var options = new CommandLine();
        var command = new Command("run", "Run workloads against a server");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, options, cancellationToken));
        return command;
    }

    private static Command RatiosCommand()
    {
        var file = new Argument<FileInfo>("file") { Description = "Lines of JSON, as 'run --json' writes them" };
        file.AcceptExistingOnly();
        var ours = new Option<string>("--ours") { Description = "The label whose ratio is told", DefaultValueFactory = _ => "casella" };
        var theirs = new Option<string>("--theirs") { Description = "The label it is compared with", DefaultValueFactory = _ => "dovecot" };
        var command = new Command("ratios", "Compare the medians of two servers' runs") { file, ours, theirs };
        command.SetAction(parsed =>
        {
            var results = File.ReadLines(parsed.GetRequiredValue(file).FullName).Select(ResultLine.Parse).ToList();
            AnsiConsole.Console.Profile.Width = Math.Max(AnsiConsole.Console.Profile.Width, 140);
            AnsiConsole.Write(Tables.Ratios(results, parsed.GetRequiredValue(ours), parsed.GetRequiredValue(theirs)));
        });
        return command;
    }

    private static Command ListCommand()
    {
        var names = new Option<bool>("--names") { Description = "Names only, one a line" };
        var transport = new Option<bool>("--transport") { Description = "Those that bench/transport.sh runs" };
        var command = new Command("list", "The workloads") { names, transport };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(names))
                Console.WriteLine(string.Join('\n', WorkloadTable.All.Where(row => row.IsTransport == parsed.GetValue(transport)).Select(row => row.Name)));
            else
                AnsiConsole.Write(Tables.Workloads());
        });
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, CommandLine options, CancellationToken cancellationToken)
    {
        var settings = options.Settings(parsed);
        var names = parsed.GetRequiredValue(options.Names);
        var known = WorkloadTable.All.Select(row => row.Name).Append("all");
        var unknown = names.Except(known, StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            await Console.Error.WriteLineAsync($"No such workload: {string.Join(", ", unknown)}. Try 'list'.");
            return 2;
        }

        var failed = 0;
        foreach (var workload in WorkloadTable.All.Where(row => names.Contains(row.Name) || (names.Contains("all") && !row.IsTransport)))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(parsed.GetRequiredValue(options.Timeout)));
            if (!await RunOneAsync(workload, settings, parsed.GetValue(options.Json), limit.Token))
                failed = 1;
            cancellationToken.ThrowIfCancellationRequested();
        }

        return failed;
    }

    private static async Task<bool> RunOneAsync(
        Workload workload, BenchSettings settings, string? json, CancellationToken cancellationToken)
    {
        try
        {
            var plan = new Plan(
                settings, settings.Connections ?? workload.Connections, settings.Count ?? workload.Count);
            var outcome = await workload.RunAsync(plan, cancellationToken);
            var result = ResultLine.From(settings.Label, workload, plan.Connections, outcome);
            Console.WriteLine(Tables.Summary(result));
            if (json is not null)
                await File.AppendAllTextAsync(json, result.ToJson() + "\n", cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is UnexpectedAnswerException or IOException or OperationCanceledException
            or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException)
        {
            // No figure is better than a wrong one: say so, go on with the next workload, and end with an error.
            await Console.Error.WriteLineAsync($"{settings.Label} {workload.Name} FAILED: {failure.Message}");
            return false;
        }
    }
}
