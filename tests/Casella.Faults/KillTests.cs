using System.Globalization;
using Casella.Faults.Scenarios;

namespace Casella.Faults;

/// <summary>
/// The server is killed under load, again and again, and nothing that it has acknowledged may be missing, doubled or
/// altered.
/// </summary>
public sealed class KillTests
{
    /// <summary>So many fit into the twenty minutes of all tests; more by KILL_CYCLES: 10,000 are for a release.</summary>
    private static readonly int Cycles =
        int.Parse(Environment.GetEnvironmentVariable("KILL_CYCLES") ?? "100", CultureInfo.InvariantCulture);

    /// <summary>
    /// Cycles on the same two accounts before two fresh ones: what is checked each time must stay small.
    /// </summary>
    private const int CyclesPerAccounts = 10;

    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_missing_or_doubled_after_SIGKILL()
    {
        using var server = new ServerUnderTest();
        var accounts = await Population.AddAccountsAsync(server, "section", 2 * ((Cycles + CyclesPerAccounts - 1) / CyclesPerAccounts));
        var offices = await Population.AddOfficesAsync(server);
        await server.StartAsync();
        await Population.PrepareAsync(server, accounts, offices, _cancelled);
        var checker = new Checker();
        var random = new Random(20_261_124);
        var slowestStart = TimeSpan.Zero;
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            var current = accounts.Skip(cycle / CyclesPerAccounts * 2).Take(2).ToList();
            var office = offices[cycle * offices.Count / Cycles];
            await LoadAndKillAsync(server, current, office, TimeSpan.FromMilliseconds(random.Next(50, 1_200)));
            if (cycle % 2 == 0)
                Population.Age(server.Data);
            // The server that is checked is the one that is killed next.
            var start = await server.StartAsync();
            slowestStart = start > slowestStart ? start : slowestStart;
            var checks = current.Select(account => checker.CheckAsync(server, account, _cancelled))
                .Concat(office.Select(scenario => scenario.CheckAsync(server, _cancelled)));
            foreach (var violations in await Task.WhenAll(checks))
                violations.Should().BeEmpty("cycle {0}", cycle);
        }

        await server.KillAsync();
        var (exitCode, output) = await server.RunAsync("verify");
        exitCode.Should().Be(0, output);
        var acknowledged = accounts.Sum(account => account.Ledger.Acknowledged);
        var more = offices.SelectMany(office => office).GroupBy(scenario => scenario.GetType().Name, StringComparer.Ordinal)
            .ToDictionary(kind => kind.Key, kind => kind.Sum(scenario => scenario.Acknowledged), StringComparer.Ordinal);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Cycles} kills, {acknowledged} acknowledged commands, slowest start {slowestStart.TotalSeconds:F1} s; {string.Join(", ", more)}");
        acknowledged.Should().BeGreaterThan(Cycles * 20, "a test without load proves nothing");
        more.Values.Should().AllSatisfy(steps => steps.Should().BeGreaterThanOrEqualTo(Cycles, "each kill hits some of it"));
        slowestStart.Should().BeLessThan(TimeSpan.FromSeconds(20), "5 seconds are promised; a busy machine gets four times that");
    }

    /// <summary>
    /// The control: what a power cut takes from a store that does not wait for the disk (synchronous=OFF) is what
    /// stands in the write-ahead log only. The check must see it.
    /// </summary>
    [Fact]
    public async Task The_check_notices_when_the_log_is_lost()
    {
        using var server = new ServerUnderTest();
        var account = (await Population.AddAccountsAsync(server, "section", 1))[0];
        var checker = new Checker();
        await server.StartAsync();
        await Population.PrepareAsync(server, [account], [], _cancelled);
        await LoadAndKillAsync(server, [account], [], TimeSpan.FromMilliseconds(1_500));
        CutLogs(server.Data);
        await server.StartAsync();
        (await checker.CheckAsync(server, account, _cancelled)).Should().NotBeEmpty();
    }

    private async Task LoadAndKillAsync(
        ServerUnderTest server, IReadOnlyList<LoadedAccount> accounts, IReadOnlyList<Scenario> office, TimeSpan after)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
        Func<long>[] counts =
        [
            .. accounts.Select<LoadedAccount, Func<long>>(account => () => account.Ledger.Acknowledged),
            .. office.Select<Scenario, Func<long>>(scenario => () => scenario.Acknowledged),
        ];
        var before = counts.Select(count => count()).ToList();
        var clients = accounts.SelectMany(account => Workers.Start(server, account, stop.Token))
            .Concat(office.Select(scenario => Task.Run(() => scenario.RunAsync(server, stop.Token), CancellationToken.None))).ToList();
        // Sign-in with so many clients on a slow machine takes its time; the kill is to hit work, not greetings.
        for (var waited = 0; waited < 500 && counts.Zip(before).Any(count => count.First() == count.Second) && clients.Exists(client => !client.IsCompleted); waited++)
            await Task.Delay(10, _cancelled);
        await Task.Delay(after, _cancelled);
        await server.KillAsync();
        stop.CancelAfter(TimeSpan.FromSeconds(10));
        await Task.WhenAll(clients);
    }

    private static void CutLogs(string data)
    {
        // Everything since the last checkpoint: the log is written from its beginning again after each, so a part of
        // the file would say little.
        foreach (var log in Directory.EnumerateFiles(Path.Join(data, "accounts"), "*-wal", SearchOption.AllDirectories))
            File.Delete(log);
    }
}
