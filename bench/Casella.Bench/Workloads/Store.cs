using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>Flags are changed: one message a command, or a whole mailbox in one.</summary>
internal static class Store
{
    public static async Task<Outcome> OneAsync(Plan plan, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await PrepareAsync(plan, mailbox, cancellationToken);
        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, number, token) => StoreOneAsync(imap, number % mailbox.Count + 1, token))
            .TimesAsync(plan.Count, cancellationToken);

        await using var imap = await mailbox.OpenAsync(plan.Bench, cancellationToken);
        await Search.ExpectAsync(imap, "ANSWERED", Math.Min(plan.Count, mailbox.Count), cancellationToken);
        await imap.RunAsync(@"STORE 1:* -FLAGS.SILENT (\Answered)", Responses.Ignored, cancellationToken);
        return measured.For(plan.Count);
    }

    public static async Task<Outcome> RangeAsync(Plan plan, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await PrepareAsync(plan, mailbox, cancellationToken);

        // Set and taken away in turn: an even number of commands leaves the mailbox as it was.
        var commands = plan.Count + plan.Count % 2;
        var measured = await new Load<ImapConnection>(
            1, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, number, token) => StoreAllAsync(imap, number % 2 == 0 ? '+' : '-', mailbox.Count, token))
            .TimesAsync(commands, cancellationToken);

        await using var imap = await mailbox.OpenAsync(plan.Bench, cancellationToken);
        await Search.ExpectAsync(imap, "ANSWERED", 0, cancellationToken);
        return measured.For((long)commands * mailbox.Count);
    }

    private static async Task PrepareAsync(Plan plan, PreparedMailbox mailbox, CancellationToken cancellationToken)
    {
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        await using var imap = await mailbox.OpenAsync(plan.Bench, cancellationToken);
        await imap.RunAsync(@"STORE 1:* -FLAGS.SILENT (\Answered)", Responses.Ignored, cancellationToken);
    }

    private static async Task StoreOneAsync(ImapConnection imap, int number, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await imap.RunAsync($@"STORE {number} +FLAGS (\Answered)", lines, cancellationToken);
        var start = $"* {number} FETCH (";
        if (!lines.All.Any(line => line.StartsWith(start, StringComparison.Ordinal)
            && line.Contains(@"\Answered", StringComparison.Ordinal)))
            throw new UnexpectedAnswerException($"STORE {number} was not answered with the message's new flags");
    }

    private static async Task StoreAllAsync(
        ImapConnection imap, char sign, int messages, CancellationToken cancellationToken)
    {
        var tally = new FetchTally();
        await imap.RunAsync($@"STORE 1:* {sign}FLAGS (\Answered)", tally, cancellationToken);
        tally.Check(messages);
    }
}
