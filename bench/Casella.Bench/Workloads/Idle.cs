using System.Collections.Concurrent;
using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// Phones and mail programs that wait: N TLS connections sign in, SELECT INBOX and IDLE; what do they cost the server
/// in memory? And how soon does one of them hear of a new message?
/// </summary>
internal static class Idle
{
    private const string Mailbox = "INBOX";

    // Opening a thousand at once would measure the listen queue.
    private const int OpenedAtATime = 16;

    private static readonly byte[] ExistsEnding = " EXISTS"u8.ToArray();

    /// <summary>Memory of the server with N idle connections, in all and for each.</summary>
    public static async Task<Outcome> MemoryAsync(Plan plan, CancellationToken cancellationToken)
    {
        var connections = new ConcurrentBag<ImapConnection>();
        try
        {
            await WarmUpAsync(plan.Bench, cancellationToken);
            var before = plan.Bench.Server.Memory();
            var opened = await OpenAllAsync(plan, connections, cancellationToken);
            await Task.Delay(plan.Bench.Settle, cancellationToken);
            var after = plan.Bench.Server.Memory();

            // Each of them must still be there, or its memory was not counted.
            foreach (var connection in connections)
                await connection.EndIdleAsync(cancellationToken);
            return opened.For(plan.Connections, Figures(plan, before, after));
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }

    /// <summary>The time from APPEND's OK in one session to EXISTS in another that idles.</summary>
    public static async Task<Outcome> NoticeAsync(Plan plan, CancellationToken cancellationToken)
    {
        var bench = plan.Bench;
        await using var writer = await bench.SignInAsync(bench.Receiver(0), cancellationToken);
        await writer.AskCapabilitiesAsync(cancellationToken);
        await Scratch.EmptyAsync(writer, Mailbox, cancellationToken);
        await using var idler = await bench.SignInAsync(bench.Receiver(0), cancellationToken);
        await idler.RunAsync($"SELECT {Mailbox}", Responses.Ignored, cancellationToken);
        await idler.BeginIdleAsync(cancellationToken);
        var clock = new Stopclock(bench.Server);
        for (var number = 0; number < plan.Count; number++)
        {
            var message = SampleMessage.Build(number, bench.Size, bench.Run);
            var noticed = idler.WaitForLineAsync(ExistsEnding, cancellationToken).AsTask();
            await writer.AppendAsync(Mailbox, "", message, cancellationToken);
            await clock.MeasureAsync(() => new ValueTask(noticed));
        }

        await idler.EndIdleAsync(cancellationToken);
        await Scratch.EmptyAsync(writer, Mailbox, cancellationToken);
        return clock.Read().For(plan.Count);
    }

    private static async Task WarmUpAsync(BenchSettings bench, CancellationToken cancellationToken)
    {
        for (var i = 0; i < bench.Accounts; i++)
        {
            await using var imap = await OpenAsync(bench, i, cancellationToken);
            await imap.EndIdleAsync(cancellationToken);
            await imap.RunAsync("LOGOUT", Responses.Ignored, cancellationToken);
        }
    }

    private static async Task<Measured> OpenAllAsync(
        Plan plan, ConcurrentBag<ImapConnection> connections, CancellationToken cancellationToken)
    {
        var load = new Load<NoConnection>(
            Math.Min(OpenedAtATime, plan.Connections), plan.Bench.Server,
            (_, _) => Task.FromResult(new NoConnection()),
            async (_, number, token) => connections.Add(await OpenAsync(plan.Bench, number, token)));
        return await load.TimesAsync(plan.Connections, cancellationToken);
    }

    private static async Task<ImapConnection> OpenAsync(
        BenchSettings bench, int number, CancellationToken cancellationToken)
    {
        var imap = await bench.SignInAsync(bench.Receiver(number), cancellationToken);
        await imap.RunAsync($"SELECT {Mailbox}", Responses.Ignored, cancellationToken);
        await imap.BeginIdleAsync(cancellationToken);
        return imap;
    }

    private static Figure[] Figures(
        Plan plan, (long Bytes, int Processes) before, (long Bytes, int Processes) after)
    {
        if (!plan.Bench.Server.Known)
            return [];
        return
        [
            new("server_mb_before", before.Bytes / 1e6),
            new("server_mb_idle", after.Bytes / 1e6),
            new("server_processes", after.Processes),
            new("kb_per_connection", (after.Bytes - before.Bytes) / 1024.0 / plan.Connections),
        ];
    }
}
