using AwesomeAssertions;
using Casella.Server.Hosting;
using Casella.Server.Options;
using Microsoft.Extensions.Logging;

namespace Casella.Server.Tests.CommandLine;

/// <summary>What the running server has said, by the command.</summary>
public sealed class LogsCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_last_lines_are_told_and_may_be_chosen()
    {
        await using (await RunningServer.StartAsync(_folder.Data, change: options => options with { Logging = new LoggingOptions { Level = LogLevel.Information } }))
        {
            (await RunAsync("logs")).Text.Should().Contain("info  Server 7001: casella").And.Contain("serves mail.example.org");
            (await RunAsync("logs", "SERVES MAIL")).Text.Trim().Split('\n').Should().ContainSingle();
            (await RunAsync("logs", "--level", "Critical")).Text.Should().BeEmpty();
        }

        (await RunAsync("logs")).Errors.Should().Contain("journalctl");
    }

    [Fact]
    public async Task Links_that_open_something_by_themselves_are_not_in_it()
    {
        await using var server = await RunningServer.StartAsync(_folder.Data, change: options => options with { Logging = new LoggingOptions { Level = LogLevel.Debug } });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Server.Status().Listeners.Single(one => one.Service is "Webmail" && one.Encryption.StartsWith("none", StringComparison.Ordinal)).Port}") };
        var token = new string('a', 64);
        foreach (var path in new[] { $"/setup/{token}/profile", $"/welcome/{token}/accept", $"/leave/{token}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([]) };
            request.Headers.Add("Origin", "https://elsewhere.test");
            await http.SendAsync(request, TestContext.Current.CancellationToken);
            await http.GetAsync(path, TestContext.Current.CancellationToken);
        }

        (await RunAsync("logs", "--lines", "2000")).Text.Should().Contain("A request to /setup/…/profile from the foreign page https://elsewhere.test is refused").And.NotContain(token);
    }

    [Fact]
    public async Task Who_follows_hears_what_comes_and_old_lines_go()
    {
        using var memory = new LogMemory(TimeProvider.System);
        var logger = memory.CreateLogger("Casella.Imap.Test");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var heard = new List<string>();
        var following = Task.Run(
            async () =>
            {
                await foreach (var line in memory.FollowAsync(stop.Token))
                    if (heard.Count < 2)
                        heard.Add(line.Text);
                    else
                        return;
            },
            stop.Token);
        while (!following.IsCompleted)
        {
            Say(logger, LogLevel.Warning, "a line\nwith a trick");
            await Task.Delay(5, stop.Token);
        }

        heard.Should().OnlyContain(line => line.EndsWith("WARN  Imap 0: a line with a trick", StringComparison.Ordinal));
        for (var i = 0; i < 2_100; i++)
            Say(logger, LogLevel.Information, "later");
        memory.Last(3_000, _ => true).Should().HaveCount(2_000).And.OnlyContain(line => line.Level == LogLevel.Information);
    }

    private static void Say(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, null, static (said, _) => said);

    private async Task<CommandResult> RunAsync(params string[] arguments) => await CommandResult.OfAsync(["--data", _folder.Data, .. arguments]);
}
