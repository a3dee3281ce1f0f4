using System.Diagnostics;
using AwesomeAssertions;
using Casella.Journeys.Server;

namespace Casella.Journeys;

/// <summary>
/// The README's first minute: the demo starts, and the two lines it prints do in a shell what it says they do.
/// </summary>
public sealed class FirstMinute : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] AnyPorts =
        [.. new[] { "Smtp", "Submission", "Submissions", "Imap", "Imaps", "Pop3", "Pop3s", "ManageSieve", "Http", "Https" }.Select(service => $"--Listeners:{service}=127.0.0.1:0")];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_printed_lines_read_the_inbox_and_send_a_message_to_it()
    {
        using var server = Process.Start(new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "casella"), ["serve", "--demo", "--Logging:Level=Warning", .. AnyPorts])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
        })!;
        try
        {
            var lines = await TextAsync(server.StandardOutput);
            var (read, send) = (lines.Single(line => line.Contains("FETCH", StringComparison.Ordinal)), lines.Single(line => line.Contains("printf", StringComparison.Ordinal)));

            var before = (await ShellAsync(read)).Output;
            await ShellAsync(send);
            var after = (await ShellAsync(read)).Output;

            Messages(before).Should().BePositive();
            Messages(after).Should().Be(Messages(before) + 1);
            after.Should().Contain("\"Ciao\"").And.Contain("\"presidente\" \"example.test\"");
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static int Messages(string answer) => answer.Split("FETCH (").Length - 1;

    private static async Task<ProgramRun> ShellAsync(string line) => (await ProgramRun.OfAsync("sh", ["-c", line])).Succeeded();

    /// <summary>All that is printed until the server is ready.</summary>
    private static async Task<IReadOnlyList<string>> TextAsync(StreamReader output)
    {
        using var patience = new CancellationTokenSource(Patience);
        var lines = new List<string>();
        while (await output.ReadLineAsync(patience.Token) is { } line)
        {
            lines.Add(line.Trim());
            if (line.StartsWith("Ctrl+C", StringComparison.Ordinal))
                return lines;
        }

        throw new InvalidOperationException($"It ended with:\n{string.Join('\n', lines)}");
    }
}
