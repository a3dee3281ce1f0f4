using AwesomeAssertions;
using Casella.Core.Directory;
using Casella.Server.Options;

namespace Casella.Server.Tests.CommandLine;

/// <summary>Who has tried too often is seen and let in again, by every protocol.</summary>
public sealed class BanCommandsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_ban_is_listed_and_lifted()
    {
        await using var server = await RunningServer.StartAsync(
            _folder.Data, limits: new LimitsOptions { SignIn = new SignInOptions { AccountBurst = 1, AddressBurst = 2, AddressPerHour = 1, AccountPerDay = 1 } });
        await RunAsync("domain", "add", "example.org");
        var password = (await RunAsync("account", "add", "info@example.org", "--json")).Json.GetProperty("password").GetString();
        await RunAsync("account", "add", "marco@example.org");
        (await RunAsync("bans")).Text.Should().NotContain("example.org");

        (await SignInAsync(server, "info@example.org", "wrong-1")).Should().StartWith("-ERR");
        (await SignInAsync(server, "marco@example.org", "wrong-2")).Should().StartWith("-ERR");
        (await SignInAsync(server, "info@example.org", password!)).Should().StartWith("-ERR", "nobody looks at it");

        var bans = await RunAsync("bans", "list", "--json");
        bans.Json.EnumerateArray().Select(ban => ban.GetProperty("whom").GetString()).Should().BeEquivalentTo("info@example.org", "marco@example.org", "127.0.0.1");
        (await RunAsync("bans")).Text.Should().Contain("127.0.0.1").And.Contain("info@example.org");
        await RunAsync("bans", "lift", "info@example.org");
        await RunAsync("bans", "lift", "127.0.0.1");

        (await SignInAsync(server, "info@example.org", password!)).Should().StartWith("+OK");
        (await CommandResult.OfAsync("--data", _folder.Data, "bans", "lift", "192.0.2.1")).ExitCode.Should().Be(1);
    }

    private static async Task<string> SignInAsync(RunningServer server, string user, string password)
    {
        await using var pop3 = await TlsClient.ConnectAsync(server, "POP3");
        await pop3.ReadAsync();
        await pop3.AskAsync($"USER {user}");
        return await pop3.AskAsync($"PASS {password}");
    }

    private async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var result = await CommandResult.OfAsync(["--data", _folder.Data, .. arguments]);
        result.ExitCode.Should().Be(0, result.Errors);
        return result;
    }
}
