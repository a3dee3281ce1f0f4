using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>Messages are uploaded by APPEND, each connection waiting for its OK before the next.</summary>
internal static class Append
{
    private const string Mailbox = "bench-append";

    /// <summary>A server runs for months: what is measured is code that has been compiled (docs/performance.md).</summary>
    private const int WarmUp = 3_000;

    /// <summary>All connections append to the same mailbox.</summary>
    public static Task<Outcome> ToOneAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, mailboxes: 1, cancellationToken);

    /// <summary>The connections append to the mailboxes of all receiving accounts.</summary>
    public static Task<Outcome> ToManyAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, Math.Min(plan.Bench.Accounts, plan.Connections), cancellationToken);

    private static async Task<Outcome> RunAsync(Plan plan, int mailboxes, CancellationToken cancellationToken)
    {
        await AppendAsync(plan with { Count = Math.Min(3 * plan.Count, WarmUp) }, mailboxes, cancellationToken);
        var measured = await AppendAsync(plan, mailboxes, cancellationToken);
        return measured.For(plan.Count);
    }

    private static async Task<Measured> AppendAsync(Plan plan, int mailboxes, CancellationToken cancellationToken)
    {
        var bench = plan.Bench;
        for (var i = 0; i < mailboxes; i++)
        {
            await using var imap = await bench.SignInAsync(bench.Receiver(i), cancellationToken);
            await Scratch.EmptyAsync(imap, Mailbox, cancellationToken);
        }

        var messages = Enumerable.Range(0, plan.Count)
            .Select(number => SampleMessage.Build(number, bench.Size, bench.Run)).ToList();
        var measured = await new Load<ImapConnection>(
            plan.Connections, bench.Server,
            (index, token) => OpenAsync(bench, bench.Receiver(index % mailboxes), token),
            (imap, number, token) => imap.AppendAsync(Mailbox, @"\Seen", messages[number], token).AsTask())
            .TimesAsync(plan.Count, cancellationToken);

        await CheckAsync(plan, mailboxes, cancellationToken);
        return measured;
    }

    private static async Task<ImapConnection> OpenAsync(BenchSettings bench, string user, CancellationToken cancellationToken)
    {
        var imap = await bench.SignInAsync(user, cancellationToken);
        await imap.AskCapabilitiesAsync(cancellationToken);
        return imap;
    }

    private static async Task CheckAsync(Plan plan, int mailboxes, CancellationToken cancellationToken)
    {
        var found = new MessageIds();
        for (var i = 0; i < mailboxes; i++)
        {
            await using var imap = await plan.Bench.SignInAsync(plan.Bench.Receiver(i), cancellationToken);
            if (await Scratch.CountAsync(imap, Mailbox, cancellationToken) > 0)
            {
                await imap.RunAsync($"EXAMINE {Mailbox}", Responses.Ignored, cancellationToken);
                await imap.RunAsync("FETCH 1:* (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", found, cancellationToken);
                await imap.RunAsync("CLOSE", Responses.Ignored, cancellationToken);
            }

            await Scratch.RemoveAsync(imap, Mailbox, cancellationToken);
        }

        var expected = Enumerable.Range(0, plan.Count).Select(number => SampleMessage.MessageId(number, plan.Bench.Run));
        found.CheckEachOnce(expected);
    }
}
