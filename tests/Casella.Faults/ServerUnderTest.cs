using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Casella.Faults;

/// <summary>
/// The real program on a data folder of its own, started and killed again and again on the same ports.
/// </summary>
internal sealed class ServerUnderTest : IDisposable
{
    private static readonly string Program = Path.Join(AppContext.BaseDirectory, "casella");

    private readonly string _folder = Path.Join(Path.GetTempPath(), $"casella-kill-{Guid.NewGuid():N}");
    private readonly int[] _ports = FreePorts(3);
    private Process? _process;

    public ServerUnderTest() => Directory.CreateDirectory(_folder);

    public string Data => Path.Join(_folder, "data");
    public IPEndPoint Smtp => new(IPAddress.Loopback, _ports[0]);
    public IPEndPoint Imaps => new(IPAddress.Loopback, _ports[1]);
    public IPEndPoint Pop3s => new(IPAddress.Loopback, _ports[2]);

    /// <summary>Returns when the ports are open; how long that took.</summary>
    public async Task<TimeSpan> StartAsync()
    {
        var watch = Stopwatch.StartNew();
        _process = Process.Start(Info("serve"))!;
        _ = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("Ctrl+C", StringComparison.Ordinal))
                continue;
            _ = _process.StandardOutput.ReadToEndAsync();
            return watch.Elapsed;
        }

        throw new InvalidOperationException($"The server did not start; exit code {_process.ExitCode}.");
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
        using var command = Process.Start(Info(arguments))!;
        var errors = command.StandardError.ReadToEndAsync();
        var output = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        return (command.ExitCode, output + await errors);
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

    private ProcessStartInfo Info(params string[] arguments)
    {
        var info = new ProcessStartInfo(Program, [.. arguments, "--data", Data])
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
            ["Imap"] = "off",
            ["Pop3"] = "off",
            ["Submission"] = "off",
            ["Submissions"] = "off",
        };
        foreach (var (name, value) in listeners)
            info.Environment[$"CASELLA_Listeners__{name}"] = value;
        info.Environment["CASELLA_HostName"] = "mail.example.test";
        info.Environment["CASELLA_Logging__Level"] = "Error";
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
