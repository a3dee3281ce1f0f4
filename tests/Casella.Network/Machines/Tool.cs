using System.Diagnostics;

namespace Casella.Network.Machines;

/// <summary>Programs of the system, as root.</summary>
internal static class Tool
{
    /// <summary>Runs to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; with what it has said.</exception>
    public static async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(Info(command))!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {output}{await errors}");
    }

    /// <summary>Whether it is so is looked at later.</summary>
    public static async Task TryAsync(params string[] command)
    {
        using var process = Process.Start(Info(command))!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
    }

    /// <summary>Starts what stays; its words go into a file.</summary>
    public static Process Start(string log, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var info = Info(command);
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        var process = new Process { StartInfo = info };
        var file = TextWriter.Synchronized(new StreamWriter(log) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => file.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => file.WriteLine(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits until a file says something.</summary>
    public static async Task SaysAsync(string log, string words, Process process)
    {
        for (var i = 0; i < 600; i++)
        {
            if (File.Exists(log) && (await ReadAsync(log)).Contains(words, StringComparison.Ordinal))
                return;
            if (process.HasExited)
                break;
            await Task.Delay(50);
        }

        throw new InvalidOperationException($"{log} never said \"{words}\": {await ReadAsync(log)}");
    }

    public static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static ProcessStartInfo Info(string[] command) => new(command[0], command.Skip(1))
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };
}
