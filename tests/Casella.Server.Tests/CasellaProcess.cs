using System.Diagnostics;
using System.Globalization;

namespace Casella.Server.Tests;

/// <summary>
/// The program as a user starts it: a process of its own, with its standard streams. Killed when disposed.
/// </summary>
internal sealed class CasellaProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private CasellaProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Used until now, by all its threads.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    public static CasellaProcess Start(string folder, params string[] arguments) =>
        Start(folder, Path.Join(AppContext.BaseDirectory, "casella"), arguments);

    /// <summary>Runs a line as a user's shell would.</summary>
    public static async Task<CommandResult> ShellAsync(string line)
    {
        await using var process = Start(Path.GetTempPath(), "bash", ["-c", line]);
        return await process.ToEndAsync("");
    }

    private static CasellaProcess Start(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        return new CasellaProcess(Process.Start(start)!);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CommandResult> RunAsync(string folder, string input, params string[] arguments)
    {
        await using var process = Start(folder, arguments);
        return await process.ToEndAsync(input);
    }

    /// <summary>What it prints up to and with the first line that has these words.</summary>
    public async Task<string> ReadUntilAsync(string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new System.Text.StringBuilder();
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            text.AppendLine(line);
            if (line.Contains(words, StringComparison.Ordinal))
                return text.ToString();
        }
        throw new InvalidOperationException($"It ended without \"{words}\". Output:\n{text}\nErrors:\n{await _errors}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public Task<string> ErrorsAsync() => _errors;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<CommandResult> ToEndAsync(string input)
    {
        await _process.StandardInput.WriteAsync(input);
        _process.StandardInput.Close();
        var output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        return new CommandResult(await ExitCodeAsync(), output, await _errors);
    }
}
