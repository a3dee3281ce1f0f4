using System.Diagnostics;

namespace Casella.Journeys.Server;

/// <summary>
/// One run of another program to its end: the server's command line, and the mail clients of the journeys.
/// </summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    // A client that hangs is a failure, not a reason to wait for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <exception cref="TimeoutException">The program did not end.</exception>
    public static async Task<ProgramRun> OfAsync(string program, IEnumerable<string> arguments, string input = "", string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return new ProgramRun(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException late) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}.", late);
        }
    }

    /// <summary>Itself, when the program said it succeeded.</summary>
    /// <exception cref="InvalidOperationException">It did not; with all that it printed.</exception>
    public ProgramRun Succeeded() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"Exit code {ExitCode}.\n{Output}\n{Errors}");
}
