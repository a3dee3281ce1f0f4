using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Casella.Server.CommandLine;

namespace Casella.Journeys.Server;

/// <summary>
/// The real program in a process of its own, on ports the system chooses, administered by its own command line, as a
/// technician would. Every journey starts here. Killed when disposed.
/// </summary>
internal sealed class CasellaServer : IAsyncDisposable
{
    public const string Domain = "example.test";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Program = Path.Join(AppContext.BaseDirectory, "casella");
    private static readonly string[] Services = ["Smtp", "Submission", "Submissions", "Imap", "Imaps", "Pop3", "Pop3s", "ManageSieve", "Http", "Https"];

    private readonly TestFolder _folder = new();
    private readonly string[] _settings;
    private readonly StringBuilder _log = new();
    private Process? _process;

    private CasellaServer(string[] settings) => _settings = settings;

    public Ports Ports { get; private set; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    public string Folder => _folder.Path;

    /// <summary>What clients are told to trust.</summary>
    public string AuthorityFile => Path.Join(Data, "tls", "ca.pem");

    private string Data => Path.Join(_folder.Path, "data");

    /// <summary>A server with the domain example.test and no accounts.</summary>
    /// <param name="settings">Further settings as on the command line.</param>
    public static async Task<CasellaServer> StartAsync(params string[] settings)
    {
        var server = new CasellaServer(settings);
        await server.ServeAsync();
        await server.CommandAsync("domain", "add", Domain);
        return server;
    }

    /// <summary>Runs a command of the program on this server's data folder.</summary>
    public Task<ProgramRun> CommandAsync(params string[] arguments) => CommandAsync("", arguments);

    /// <summary>The same with something to read, such as a password.</summary>
    public async Task<ProgramRun> CommandAsync(string input, string[] arguments)
    {
        // Within this process, for starting a program takes longer than most journeys; FirstMinute starts it.
        var (output, errors) = (new StringWriter(), new StringWriter());
        var command = new CommandTree([.. arguments, "--data", Data, .. _settings], new Output(output, errors, isTerminal: false, new StringReader(input)));
        return new ProgramRun(await command.InvokeAsync(), output.ToString(), errors.ToString()).Succeeded();
    }

    /// <summary>Makes an account with a name nobody else has.</summary>
    public async Task<Mailbox> AddMailboxAsync(string name, string? quota = null, string domain = Domain)
    {
        var mailbox = new Mailbox($"{name}-{Guid.NewGuid().ToString("N")[..8]}@{domain}", $"correct horse {name}");
        string[] arguments = ["account", "add", mailbox.Address, "--password-stdin", .. quota is null ? Array.Empty<string>() : ["--quota", quota]];
        await CommandAsync($"{mailbox.Password}\n", arguments);
        return mailbox;
    }

    /// <summary>
    /// Ends the server as a power cut would, as far as a process can tell, and starts it again on the same folder;
    /// ports change.
    /// </summary>
    public async Task KillAndStartAgainAsync()
    {
        await KillAsync();
        await ServeAsync();
    }

    /// <summary>On the same folder, after <see cref="KillAsync"/>.</summary>
    public Task StartAgainAsync() => ServeAsync();

    /// <summary>What the server has logged.</summary>
    public string Log()
    {
        lock (_log)
            return _log.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        var listeners = Services.Select(service => $"--Listeners:{service}=127.0.0.1:0");
        var start = new ProcessStartInfo(Program, ["serve", "--json", "--data", Data, "--HostName=localhost", .. listeners, .. _settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        };
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        Ports = await ReadPortsAsync(_process.StandardOutput);
    }

    /// <summary>serve --json prints one document when every port is open, and then nothing more.</summary>
    private async Task<Ports> ReadPortsAsync(StreamReader output)
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        while (await output.ReadLineAsync(patience.Token) is { } line)
        {
            text.AppendLine(line);
            if (line is "}")
                return JsonDocument.Parse(text.ToString()).RootElement is var status && status.TryGetProperty("listeners", out _)
                    ? PortsOf(status)
                    : throw new InvalidOperationException($"The server does not start:\n{text}\nLog:\n{Log()}");
        }
        throw new InvalidOperationException($"The server ended before it was ready. Output:\n{text}\nLog:\n{Log()}");
    }

    private static Ports PortsOf(JsonElement status)
    {
        int[] ports = [.. status.GetProperty("listeners").EnumerateArray().Select(listener => listener.GetProperty("port").GetInt32())];
        return new Ports(ports[0], ports[1], ports[2], ports[3], ports[4], ports[5], ports[6], ports[7], ports[8], ports[9]);
    }

    private void Keep(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }

    /// <summary>Ends it, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }
}
