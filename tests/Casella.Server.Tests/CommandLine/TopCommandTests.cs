using AwesomeAssertions;
using Casella.Server.Administration;
using Casella.Server.CommandLine;

namespace Casella.Server.Tests.CommandLine;

/// <summary>casella top: what is told of a session.</summary>
public sealed class TopCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_session_is_shown_with_its_device_program_and_traffic()
    {
        await Run("domain", "add", "example.org");
        var password = (await Run("account", "add", "info@example.org", "--json")).Json.GetProperty("password").GetString();
        (await Run("top")).Errors.Should().Contain("No server runs");
        await using var server = await RunningServer.StartAsync(_folder.Data);
        (await Run("top", "--json")).Json.GetArrayLength().Should().Be(0);
        await using var imap = await TlsClient.ConnectAsync(server, "IMAP");
        await imap.ReadAsync();
        await imap.CommandAsync($"a LOGIN info@example.org {password}");
        await imap.CommandAsync("b ID (\"name\" \"Thunderbird\")");

        var session = (await Run("top", "--json")).Json.EnumerateArray().Should().ContainSingle().Subject;

        session.GetProperty("address").GetString().Should().Be("info@example.org");
        session.GetProperty("who").GetString().Should().Be("common password");
        session.GetProperty("protocol").GetString().Should().Be("Imap");
        session.GetProperty("program").GetString().Should().Contain("Thunderbird");
        session.GetProperty("received").GetInt64().Should().BeGreaterThan(100);
        session.GetProperty("sent").GetInt64().Should().BeGreaterThan(100);
        (await Run("top")).Text.Should().Contain("1 session").And.Contain("info@example.org");
        (await Run("top", "--watch", "--json")).ExitCode.Should().Be(2);
    }

    [Fact]
    public void While_it_is_watched_it_shows_what_goes_over_the_wire_a_second()
    {
        var begun = new DateTimeOffset(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);
        var anna = new LiveSessionView("info@example.org", "Anna", "Anna's phone", "Imap", null, "192.0.2.1", begun, 1_000, 5_000);
        var before = new TopPicture(begun.AddSeconds(10), [anna, anna with { Since = begun.AddSeconds(1), Sent = 900_000 }]);
        var now = new TopPicture(begun.AddSeconds(12), [anna with { Received = 1_400, Sent = 9_000 }, anna with { Since = begun.AddSeconds(11), Received = null, Sent = 60 }]);

        now.RateOf(now.Sessions[0], before).Should().Be(new TrafficRate(200, 2_000));
        now.RateOf(now.Sessions[1], before).Should().Be(new TrafficRate(0, 30), "it is new, and nobody counts what it sends");
    }

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync([.. arguments, "--data", _folder.Data]);
}
