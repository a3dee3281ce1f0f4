using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Casella.Server;
using Casella.Server.Administration;

namespace Casella.Faults;

/// <summary>
/// The real program on a data folder of its own, started and killed again and again on the same ports.
/// </summary>
internal sealed class ServerUnderTest : IDisposable
{
    private static readonly string Program = Path.Join(AppContext.BaseDirectory, "casella");

    private readonly string _folder = Path.Join(Path.GetTempPath(), $"casella-kill-{Guid.NewGuid():N}");
    private readonly int[] _ports = FreePorts(4);
    private Process? _process;
    private Task<string> _errors = Task.FromResult("");

    public ServerUnderTest() => Directory.CreateDirectory(_folder);

    public string Data => Path.Join(_folder, "data");
    public IPEndPoint Smtp => new(IPAddress.Loopback, _ports[0]);
    public IPEndPoint Imaps => new(IPAddress.Loopback, _ports[1]);
    public IPEndPoint Pop3s => new(IPAddress.Loopback, _ports[2]);
    public IPEndPoint Submissions => new(IPAddress.Loopback, _ports[3]);

    /// <summary>Settings of the test by their names in the environment ("Outbound__Port").</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Returns when the ports are open; how long that took.</summary>
    public async Task<TimeSpan> StartAsync()
    {
        var watch = Stopwatch.StartNew();
        if (await StartAsync(Info([Program, "serve"])))
            return watch.Elapsed;
        throw new InvalidOperationException($"The server did not start. {await LogAsync()}");
    }

    /// <summary>
    /// Under strace, which kills it at a system call's n-th use by any of its threads; false when that was before its
    /// ports were open.
    /// </summary>
    public Task<bool> StartUntilAsync(string call, int number)
    {
        // -D: the tracer is the grandchild, so that the process that is started, and killed, is the server. With
        // --seccomp-bpf it would be faster, but strace 6.1 then sends no signal.
        string[] tracer =
        [
            "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}",
            "-e", string.Create(CultureInfo.InvariantCulture, $"inject={call}:signal=KILL:when={number}+"),
        ];
        return StartAsync(Info([.. tracer, Program, "serve"]));
    }

    /// <summary>Ends it and says what it has logged: for the moment when it does what no test expected.</summary>
    public async Task<string> LogAsync()
    {
        if (_process is not null)
            await KillAsync();
        return await _errors;
    }

    /// <summary>True when it ends by itself within the time.</summary>
    public async Task<bool> DiesAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        try
        {
            await _process!.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>SIGKILL, at whatever it was doing.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Runs a command of the program to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var command = Process.Start(Info([Program, .. arguments]))!;
        var errors = command.StandardError.ReadToEndAsync();
        var output = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        return (command.ExitCode, output + await errors);
    }

    /// <summary>
    /// What a command asks the running server by its control socket, without the time that a process takes to start.
    /// </summary>
    /// <exception cref="IOException">The server has gone: nobody knows what has been done.</exception>
    /// <exception cref="CommandException">The server refuses.</exception>
    public async Task<T> AskAsync<T>(AdminRequest<T> request, CancellationToken cancellationToken)
        where T : notnull
    {
        await using var control = await ControlClient.TryConnectAsync(Data, ProductVersion.Text, cancellationToken) ?? throw new IOException("The server has gone.");
        try
        {
            return await control.SendAsync(request, static _ => { }, cancellationToken);
        }
        catch (CommandException gone) when (gone.Code is "ControlSocket")
        {
            throw new IOException(gone.Message, gone);
        }
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> StartAsync(ProcessStartInfo info)
    {
        _process = Process.Start(info)!;
        _errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("Ctrl+C", StringComparison.Ordinal))
                continue;
            _ = _process.StandardOutput.ReadToEndAsync();
            return true;
        }

        return false;
    }

    private ProcessStartInfo Info(IReadOnlyList<string> command)
    {
        var info = new ProcessStartInfo(command[0], [.. command.Skip(1), "--data", Data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = _folder,
        };
        var listeners = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Smtp"] = Smtp.ToString(),
            ["Imaps"] = Imaps.ToString(),
            ["Pop3s"] = Pop3s.ToString(),
            ["Submissions"] = Submissions.ToString(),
            ["Imap"] = "off",
            ["Pop3"] = "off",
            ["Submission"] = "off",
            ["ManageSieve"] = "off",
            ["Http"] = "off",
            ["Https"] = "off",
        };
        foreach (var (name, value) in listeners)
            info.Environment[$"CASELLA_Listeners__{name}"] = value;
        foreach (var (name, value) in Settings)
            info.Environment[$"CASELLA_{name}"] = value;
        info.Environment["CASELLA_HostName"] = "mail.example.test";
        info.Environment["CASELLA_Logging__Level"] = "Error";
        // What runs once an hour runs all the time, so that the kill finds it at work.
        info.Environment["CASELLA_Mailboxes__TidyEvery"] = "1s";
        info.Environment["CASELLA_Mailboxes__ExpungedGrace"] = "10s";
        return info;
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Stop();
        return ports;
    }
}
