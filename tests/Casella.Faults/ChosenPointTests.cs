using System.Diagnostics;
using System.Globalization;
using Casella.Faults.Scenarios;

namespace Casella.Faults;

/// <summary>
/// The server is killed exactly at its n-th write, fsync, rename or answer, by strace, and what holds after a kill at
/// any moment holds there too: between a body and its row, between the log and its fsync, between commit and answer.
/// </summary>
public sealed class ChosenPointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What the store's promises hang on. Counted for each thread on its own, so that small numbers reach far.
    /// </summary>
    private static readonly string[] Calls = ["pwrite64", "fdatasync", "fsync", "rename", "unlink", "sendmsg", "openat"];

    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_missing_when_a_chosen_call_is_the_last()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not there");
        var points = int.Parse(Environment.GetEnvironmentVariable("KILL_POINTS") ?? "50", CultureInfo.InvariantCulture);
        using var server = new ServerUnderTest();
        var account = (await Population.AddAccountsAsync(server, "section", 1))[0];
        var offices = await Population.AddOfficesAsync(server);
        await server.StartAsync();
        await Population.PrepareAsync(server, [account], offices, _cancelled);
        var checker = new Checker();
        var random = new Random(20_261_125);
        var hit = 0;
        for (var point = 0; point < points; point++)
        {
            var office = offices[point % offices.Count];
            var (call, number) = (Calls[point % Calls.Length], random.Next(1, 25));
            hit += await WorkUntilAsync(server, account, office, call, number) ? 1 : 0;
            await server.StartAsync();
            var checks = office.Select(scenario => scenario.CheckAsync(server, _cancelled)).Prepend(checker.CheckAsync(server, account, _cancelled));
            foreach (var violations in await Task.WhenAll(checks))
                violations.Should().BeEmpty("point {0}: {1} number {2}", point, call, number);
        }

        await server.KillAsync();
        var (exitCode, output) = await server.RunAsync("verify");
        exitCode.Should().Be(0, output);
        TestContext.Current.TestOutputHelper!.WriteLine($"{hit} of {points} points were reached");
        hit.Should().BeGreaterThan(points / 2, "some calls are rare; most are not");
    }

    /// <summary>True when the server died at the call; when it does not come to it, it is killed where it is.</summary>
    private async Task<bool> WorkUntilAsync(ServerUnderTest server, LoadedAccount account, IReadOnlyList<Scenario> office, string call, int number)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
        using var strace = Process.Start(new ProcessStartInfo("/usr/bin/strace",
        [
            "-f", "-q", "-o", "/dev/null", "-p", server.ProcessId.ToString(CultureInfo.InvariantCulture), "-e", $"trace={call}",
            "-e", string.Create(CultureInfo.InvariantCulture, $"inject={call}:signal=KILL:when={number}+"),
        ])
        { RedirectStandardError = true, UseShellExecute = false })!;
        var clients = Workers.Start(server, account, stop.Token)
            .Concat(office.Select(scenario => Task.Run(() => scenario.RunAsync(server, stop.Token), CancellationToken.None))).ToList();
        var died = await server.DiesAsync(Patience);
        await server.KillAsync();
        stop.CancelAfter(TimeSpan.FromSeconds(10));
        await Task.WhenAll(clients);
        await strace.WaitForExitAsync(_cancelled);
        return died;
    }
}
