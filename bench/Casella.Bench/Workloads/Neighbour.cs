using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// One account reads its messages one by one, first alone, then while another account sorts, threads and searches a large
/// folder without a pause. How much slower the first one becomes is what a server owes to those who share it.
/// </summary>
internal static class Neighbour
{
    private const string Folder = "bench-near";
    private const int Messages = 200;

    private static readonly string[] Heavy =
    [
        "UID THREAD REFERENCES UTF-8 ALL", "UID SORT (SUBJECT FROM) UTF-8 ALL", $"UID SEARCH BODY {SampleMessage.CommonWord}",
    ];

    public static async Task<Outcome> RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        var large = PreparedMailbox.Corpus(plan.Bench);
        await large.EnsureAsync(plan.Bench, cancellationToken);
        await FillAsync(plan.Bench, cancellationToken);
        // What both of them need is in memory, and compiled, before anything is measured.
        await ReadAsync(plan, cancellationToken);
        var alone = await ReadAsync(plan, cancellationToken);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var busy = BusyAsync(large, plan.Bench, stop.Token);
        var beside = await ReadAsync(plan, cancellationToken);
        await stop.CancelAsync();
        var heavy = await busy;
        return beside.For(
            beside.Latencies.Count,
            new Figure("slowdown", Each(beside) / Each(alone)),
            new Figure("heavy_commands", heavy));
    }

    /// <summary>Seconds a message, on average: the few long waits are what people notice.</summary>
    private static double Each(Measured measured) => measured.Elapsed.TotalSeconds / measured.Latencies.Count;

    private static async Task FillAsync(BenchSettings bench, CancellationToken cancellationToken)
    {
        await using var imap = await bench.SignInAsync(bench.Receiver(0), cancellationToken);
        await Scratch.EmptyAsync(imap, Folder, cancellationToken);
        await imap.AskCapabilitiesAsync(cancellationToken);
        for (var number = 0; number < Messages; number++)
            await imap.AppendAsync(Folder, "", SampleMessage.Build(number, bench.Size, bench.Run), cancellationToken);
    }

    private static Task<Measured> ReadAsync(Plan plan, CancellationToken cancellationToken) => new Load<ImapConnection>(
        plan.Connections, plan.Bench.Server,
        async (_, token) =>
        {
            var imap = await plan.Bench.SignInAsync(plan.Bench.Receiver(0), token);
            await imap.RunAsync($"SELECT \"{Folder}\"", Responses.Ignored, token);
            return imap;
        },
        async (imap, number, token) =>
            await imap.RunAsync($"FETCH {(number % Messages) + 1} (UID BODY.PEEK[])", Responses.Ignored, token))
        .DuringAsync(plan.Bench.Duration, cancellationToken);

    /// <summary>Until it is told to stop; returns how many commands it has seen the end of.</summary>
    private static async Task<int> BusyAsync(PreparedMailbox large, BenchSettings bench, CancellationToken cancellationToken)
    {
        var done = 0;
        try
        {
            await using var imap = await large.OpenAsync(bench, cancellationToken);
            while (true)
                await imap.RunAsync(Heavy[done++ % Heavy.Length], Responses.Ignored, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return done;
        }
    }
}
