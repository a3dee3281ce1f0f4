using System.Globalization;
using AwesomeAssertions;
using Casella.Imap.Tests.Sessions;
using Xunit;

namespace Casella.Imap.Tests.Model;

/// <summary>
/// Many sessions that work in one mailbox at the same time. At the end of each round all stop; then every session's view
/// is the same, UIDs, flags and mod-sequences, and a client that comes back from some state it had is told all that has
/// changed since. bench/soak.sh runs it with 100 sessions for as long as one likes.
/// </summary>
public sealed class SoakTests
{
    private const string Mailbox = "soak";

    private static readonly int Sessions = Setting("CASELLA_SOAK_SESSIONS", 6);
    private static readonly int Seconds = Setting("CASELLA_SOAK_SECONDS", 4);
    private static readonly int SecondsOfRound = Math.Clamp(Seconds / 2, 1, 20);

    [Fact]
    public async Task All_sessions_of_a_mailbox_come_to_the_same_view()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("CASELLA_SOAK_SECONDS") is { Length: > 0 }, "A soak takes minutes, and no run is like another: bench/soak.sh");
        await using var house = await MailHouse.StartAsync();
        await using var judging = await house.ConnectAsync();
        await MailHouse.OkAsync(judging, $"j CREATE {Mailbox}");
        await MailHouse.OkAsync(judging, "j ENABLE QRESYNC");
        await MailHouse.OkAsync(judging, $"j SELECT {Mailbox}");
        var judge = new Judge(judging, Mailbox);
        var kinds = Enum.GetValues<ClientKind>();
        var seed = Setting("CASELLA_SOAK_SEED", Environment.TickCount);
        TestContext.Current.TestOutputHelper?.WriteLine($"CASELLA_SOAK_SEED={seed}");
        var workers = Enumerable.Range(0, Sessions)
            .Select(i => new Worker(new BelievingClient(house.ConnectAsync, kinds[i % kinds.Length], Mailbox), Mailbox, seed + i)).ToList();
        try
        {
            await Task.WhenAll(workers.Select(worker => worker.Client.OpenAsync()));
            var clock = TimeProvider.System;
            for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < TimeSpan.FromSeconds(Seconds);)
                await RoundAsync(workers, judge, clock.GetElapsedTime(began));
        }
        finally
        {
            foreach (var worker in workers)
                await worker.Client.DisposeAsync();
        }
        (await house.VerifyAsync()).Should().BeEmpty();
    }

    private static async Task RoundAsync(List<Worker> workers, Judge judge, TimeSpan elapsed)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsOfRound));
        var working = workers.ConvertAll(worker => Task.Run(() => worker.WorkAsync(stop.Token)));
        // The first that finds the server out ends the round.
        foreach (var work in working)
            _ = work.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        await Task.WhenAll(working);

        await judge.LookAsync();
        foreach (var worker in workers)
        {
            await worker.AskAsync();
            judge.Hear(worker.Client);
        }
        foreach (var worker in workers)
        {
            await worker.ComeBackAsync();
            judge.Hear(worker.Client);
        }
        await judge.CheckStatusAsync(uidNext: null);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed.TotalSeconds:F0} s: {workers.Sum(worker => worker.Commands)} commands, {judge.Messages.Count} messages, all {workers.Count} agree"));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
