using System.Globalization;
using Casella.Faults.Scenarios;

namespace Casella.Faults;

/// <summary>
/// The server is killed exactly at its n-th write, fsync, link or answer, by strace, and what holds after a kill at
/// any moment holds there too: between a body and its row, between the log and its fsync, between commit and answer.
/// </summary>
public sealed class ChosenPointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>
    /// What the store's promises hang on, and how far to go at most; strace counts for each thread on its own. The last
    /// two belong to large bodies, which are files and few.
    /// </summary>
    private static readonly (string Name, int AtMost)[] Calls =
        [("pwrite64", 40), ("fsync", 12), ("sendto", 40), ("rename", 1), ("unlink", 2)];

    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_missing_when_a_chosen_call_is_the_last()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not there");
        var points = int.Parse(Environment.GetEnvironmentVariable("KILL_POINTS") ?? "15", CultureInfo.InvariantCulture);
        using var server = new ServerUnderTest();
        var account = (await Population.AddAccountsAsync(server, "section", 1))[0];
        var offices = await Population.AddOfficesAsync(server);
        await server.StartAsync();
        await Population.PrepareAsync(server, [account], offices, _cancelled);
        await server.KillAsync();
        var checker = new Checker();
        var random = new Random(20_261_125);
        var hit = new List<string>();
        for (var point = 0; point < points; point++)
        {
            var office = offices[point % offices.Count];
            var (call, atMost) = Calls[point % Calls.Length];
            var number = random.Next(1, atMost + 1);
            if (await WorkUntilAsync(server, account, office, call, number))
                hit.Add(call);
            await server.StartAsync();
            var checks = office.Select(scenario => scenario.CheckAsync(server, _cancelled)).Prepend(checker.CheckAsync(server, account, _cancelled));
            try
            {
                foreach (var violations in await Task.WhenAll(checks))
                    violations.Should().BeEmpty("point {0}: {1} number {2}", point, call, number);
            }
            catch (Exception unexpected) when (unexpected is IOException or InvalidOperationException)
            {
                throw new InvalidOperationException($"Point {point}, {call} number {number}: {await server.LogAsync()}", unexpected);
            }

            await server.KillAsync();
        }

        var (exitCode, output) = await server.RunAsync("verify");
        exitCode.Should().Be(0, output);
        TestContext.Current.TestOutputHelper!.WriteLine($"{hit.Count} of {points} points were reached: {string.Join(", ", hit)}");
        hit.Count.Should().BeGreaterThanOrEqualTo(points / 3, "some calls are rare; most are not");
    }

    /// <summary>True when the server died at the call; when it does not come to it, it is killed where it is.</summary>
    private async Task<bool> WorkUntilAsync(ServerUnderTest server, LoadedAccount account, IReadOnlyList<Scenario> office, string call, int number)
    {
        if (!await server.StartUntilAsync(call, number))
        {
            await server.KillAsync();
            return true;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
        var clients = Workers.Start(server, account, stop.Token)
            .Concat(office.Select(scenario => Task.Run(() => scenario.RunAsync(server, stop.Token), CancellationToken.None))).ToList();
        var died = await server.DiesAsync(Patience);
        await server.KillAsync();
        stop.CancelAfter(TimeSpan.FromSeconds(10));
        await Task.WhenAll(clients);
        return died;
    }
}
