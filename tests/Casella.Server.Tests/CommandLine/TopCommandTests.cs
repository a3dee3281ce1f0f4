using AwesomeAssertions;

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

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync([.. arguments, "--data", _folder.Data]);
}
