using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// COPY, MOVE and EXPUNGE of a thousand messages in one command, as after a selection with the mouse.
/// </summary>
internal static class Rearrange
{
    private const string Here = "bench-here";
    private const string There = "bench-there";

    public static async Task<Outcome> CopyAsync(Plan plan, CancellationToken cancellationToken)
    {
        await using var imap = await PrepareAsync(plan, cancellationToken);
        var messages = Messages(plan);
        var clock = new Stopclock(plan.Bench.Server);
        for (var i = 0; i < plan.Count; i++)
        {
            await Scratch.EmptyAsync(imap, Here, cancellationToken);
            await clock.MeasureAsync(
                () => imap.RunAsync($"COPY 1:{messages} {Here}", Responses.Ignored, cancellationToken));
            await ExpectAsync(imap, Here, messages, cancellationToken);
        }

        await CleanUpAsync(imap, cancellationToken);
        return clock.Read().For((long)plan.Count * messages);
    }

    public static async Task<Outcome> MoveAsync(Plan plan, CancellationToken cancellationToken)
    {
        await using var imap = await PrepareAsync(plan, cancellationToken);
        var messages = Messages(plan);
        await Scratch.EmptyAsync(imap, There, cancellationToken);
        await imap.RunAsync($"COPY 1:{messages} {Here}", Responses.Ignored, cancellationToken);
        var clock = new Stopclock(plan.Bench.Server);
        for (var i = 0; i < plan.Count; i++)
        {
            var (from, to) = i % 2 == 0 ? (Here, There) : (There, Here);
            await imap.RunAsync($"SELECT {from}", Responses.Ignored, cancellationToken);
            await clock.MeasureAsync(
                () => imap.RunAsync($"MOVE 1:{messages} {to}", Responses.Ignored, cancellationToken));
            await imap.RunAsync("CLOSE", Responses.Ignored, cancellationToken);
            await ExpectAsync(imap, from, 0, cancellationToken);
            await ExpectAsync(imap, to, messages, cancellationToken);
        }

        await CleanUpAsync(imap, cancellationToken);
        return clock.Read().For((long)plan.Count * messages);
    }

    public static async Task<Outcome> ExpungeAsync(Plan plan, CancellationToken cancellationToken)
    {
        await using var imap = await PrepareAsync(plan, cancellationToken);
        var messages = Messages(plan);
        var clock = new Stopclock(plan.Bench.Server);
        for (var i = 0; i < plan.Count; i++)
        {
            await imap.RunAsync($"SELECT {PreparedMailbox.Corpus(plan.Bench).Name}", Responses.Ignored, cancellationToken);
            await imap.RunAsync($"COPY 1:{messages} {Here}", Responses.Ignored, cancellationToken);
            await imap.RunAsync($"SELECT {Here}", Responses.Ignored, cancellationToken);
            await imap.RunAsync(@"STORE 1:* +FLAGS.SILENT (\Deleted)", Responses.Ignored, cancellationToken);
            await clock.MeasureAsync(() => imap.RunAsync("EXPUNGE", Responses.Ignored, cancellationToken));
            await imap.RunAsync("CLOSE", Responses.Ignored, cancellationToken);
            await ExpectAsync(imap, Here, 0, cancellationToken);
        }

        await CleanUpAsync(imap, cancellationToken);
        return clock.Read().For((long)plan.Count * messages);
    }

    private static int Messages(Plan plan) => Math.Min(1000, plan.Bench.Messages);

    private static async Task<ImapConnection> PrepareAsync(Plan plan, CancellationToken cancellationToken)
    {
        var corpus = PreparedMailbox.Corpus(plan.Bench);
        await corpus.EnsureAsync(plan.Bench, cancellationToken);
        var imap = await corpus.OpenAsync(plan.Bench, cancellationToken);
        await Scratch.EmptyAsync(imap, Here, cancellationToken);
        return imap;
    }

    private static async Task CleanUpAsync(ImapConnection imap, CancellationToken cancellationToken)
    {
        await Scratch.RemoveAsync(imap, Here, cancellationToken);
        await Scratch.RemoveAsync(imap, There, cancellationToken);
        await imap.RunAsync("LOGOUT", Responses.Ignored, cancellationToken);
    }

    private static async Task ExpectAsync(
        ImapConnection imap, string mailbox, int messages, CancellationToken cancellationToken)
    {
        var found = await Scratch.CountAsync(imap, mailbox, cancellationToken);
        if (found != messages)
            throw new UnexpectedAnswerException($"{mailbox} has {found} messages, not {messages}");
    }
}
