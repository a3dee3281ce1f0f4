using AwesomeAssertions;
using Casella.Server.Options;
using Casella.Smtp.Tests.World;

namespace Casella.Server.Tests.CommandLine;

/// <summary>casella doctor: each finding has its cure, and the exit code says whether something is wrong.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_healthy_server_has_nothing_wrong()
    {
        await Run("domain", "add", "example.org");
        await using var server = await RunningServer.StartAsync(_folder.Data);

        var before = await Run("doctor", "--no-dns", "--json");
        await Run("backup", Path.Join(_folder.Path, "backups"));
        var after = await Run("doctor", "--no-dns", "--json");

        before.ExitCode.Should().Be(0);
        State(before, "backup").Should().Be("warning");
        State(after, "backup").Should().Be("ok");
        foreach (var check in new[] { "ports", "disk", "permissions", "queue" })
            State(after, check).Should().Be("ok");
        State(after, "certificate").Should().Be("warning", "it is the server's own");
        (await Run("doctor", "--no-dns")).Text.Should().Contain("Cure: Set Tls:Certificate").And.Contain("Nothing is wrong.");
    }

    [Fact]
    public async Task From_outside_it_is_seen_whether_the_name_leads_here_with_TLS_and_the_address_back()
    {
        using var names = new NameServer();
        await using var server = await RunningServer.StartAsync(_folder.Data, change: options => options with { Dns = names.Options });
        var nowhere = await Run("doctor", "--json");
        names.With("mail.example.org A 127.0.0.1");
        var nameless = await Run("doctor", "--json");
        names.With("1.0.0.127.in-addr.arpa PTR mail.example.org");
        var found = await Run("doctor", "--json");

        State(nowhere, "outside").Should().Be("wrong");
        State(nameless, "outside").Should().Be("ok");
        State(nameless, "deliverability").Should().Be("wrong");
        State(found, "deliverability").Should().Be("ok");
    }

    [Fact]
    public async Task Without_a_server_it_says_so_and_ends_with_1()
    {
        await Run("domain", "add", "example.org");

        var sick = await Run("doctor", "--no-dns");

        sick.ExitCode.Should().Be(1);
        sick.Text.Should().Contain("WRONG    ports: No server runs").And.Contain("systemctl start casella");
    }

    [Fact]
    public async Task A_disk_below_the_floor_is_wrong()
    {
        await using var server = await RunningServer.StartAsync(_folder.Data, limits: new LimitsOptions { MinimumFreeDisk = long.MaxValue / 8 });

        var sick = await Run("doctor", "--no-dns", "--json");

        sick.ExitCode.Should().Be(1);
        State(sick, "disk").Should().Be("wrong");
    }

    private static string? State(CommandResult result, string check) => result.Json.GetProperty("findings").EnumerateArray()
        .First(finding => string.Equals(finding.GetProperty("check").GetString(), check, StringComparison.Ordinal)).GetProperty("state").GetString();

    private Task<CommandResult> Run(params string[] arguments) => CommandResult.OfAsync([.. arguments, "--data", _folder.Data]);
}
