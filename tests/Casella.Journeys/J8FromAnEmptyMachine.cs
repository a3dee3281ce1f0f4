using System.Diagnostics;
using AwesomeAssertions;
using Casella.Journeys.Server;
using Casella.Server.CommandLine;

namespace Casella.Journeys;

/// <summary>
/// From an empty machine to a working shared mailbox on an iPhone, a Thunderbird and a PC with POP3: only what the first
/// start prints and what programs are told is used, each read by a parser that is not ours.
/// </summary>
public sealed class J8FromAnEmptyMachine : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] AnyPorts =
        [.. new[] { "Smtp", "Submission", "Submissions", "Imap", "Imaps", "Pop3", "Pop3s", "ManageSieve", "Http", "Https" }.Select(service => $"--Listeners:{service}=127.0.0.1:0")];

    private readonly TestFolder _folder = new();

    private string Data => Path.Join(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_link_one_form_and_three_programs_share_a_mailbox()
    {
        using var server = Process.Start(new ProcessStartInfo(
            Path.Join(AppContext.BaseDirectory, "casella"), ["serve", "--data", Data, "--HostName=localhost", "--Logging:Level=Warning", .. AnyPorts])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
        })!;
        try
        {
            var link = await LinkAsync(server.StandardOutput);
            await ScriptAsync(link, "owner");
            var token = await TokenAsync();

            (await ScriptAsync(link, "mail", token)).Should().Contain("all well");
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task<string> ScriptAsync(params string[] arguments) => (await ProgramRun.OfAsync(
        "python3", [Path.Join(AppContext.BaseDirectory, "Clients", "Scripts", "empty_machine.py"), Path.Join(Data, "tls", "ca.pem"), .. arguments])).Succeeded().Output;

    private async Task<string> TokenAsync()
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var command = new CommandTree(
            ["office", "token", "add", "set-up", "--person", "anna", "--scopes", "domains:write,people:write,mailboxes:write", "--data", Data, "--HostName=localhost"],
            new Output(output, errors, isTerminal: false));
        return new ProgramRun(await command.InvokeAsync(), output.ToString(), errors.ToString()).Succeeded().Output.Trim().Split(' ')[^1];
    }

    /// <summary>All that is printed until the server is ready has the link once.</summary>
    private static async Task<string> LinkAsync(StreamReader output)
    {
        using var patience = new CancellationTokenSource(Patience);
        string? link = null;
        while (await output.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("/welcome/", StringComparison.Ordinal))
                link = line.Trim();
            if (line.StartsWith("Ctrl+C", StringComparison.Ordinal))
                break;
        }

        return link ?? throw new InvalidOperationException("No link was printed.");
    }
}
