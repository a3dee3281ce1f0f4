using System.Diagnostics;
using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// Messages arrive by SMTP or LMTP. The clock stops when IMAP shows the last of them in its mailbox: a 250 may only
/// mean that a queue has it. Afterwards every Message-ID is read back, so that none is missing and none doubled.
/// </summary>
internal static class Deliver
{
    private const string Mailbox = "INBOX";
    private const string Sender = "sender@example.org";
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>The whole count into one mailbox.</summary>
    public static Task<Outcome> ToOneAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, mailboxes: 1, recipients: 1, cancellationToken);

    /// <summary>Each message to one recipient, over all receiving accounts in turn.</summary>
    public static Task<Outcome> ToManyAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, plan.Bench.Accounts, recipients: 1, cancellationToken);

    /// <summary>Each message to all receiving accounts at once.</summary>
    public static Task<Outcome> ToAllAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, plan.Bench.Accounts, plan.Bench.Accounts, cancellationToken);

    /// <summary>As <see cref="ToManyAsync"/>, signed: every message must come with the verdict that its signature holds.</summary>
    public static async Task<Outcome> CheckedAsync(Plan plan, CancellationToken cancellationToken)
    {
        using var key = new DkimKey(plan.Bench.DkimKeyFile ?? throw new InvalidOperationException("needs --dkim-key"));
        return await RunAsync(plan, plan.Bench.Accounts, recipients: 1, cancellationToken, key);
    }

    private static async Task<Outcome> RunAsync(
        Plan plan, int mailboxes, int recipients, CancellationToken cancellationToken, DkimKey? key = null)
    {
        var watchers = new List<ImapConnection>();
        try
        {
            for (var i = 0; i < mailboxes; i++)
                watchers.Add(await plan.Bench.SignInAsync(plan.Bench.Receiver(i), cancellationToken));
            await DeliverAsync(plan with { Count = Math.Max(plan.Count / 10, mailboxes) }, recipients, watchers, key, cancellationToken);
            return await DeliverAsync(plan, recipients, watchers, key, cancellationToken);
        }
        finally
        {
            foreach (var watcher in watchers)
                await watcher.DisposeAsync();
        }
    }

    private static async Task<Outcome> DeliverAsync(
        Plan plan, int recipients, List<ImapConnection> watchers, DkimKey? key, CancellationToken cancellationToken)
    {
        var bench = plan.Bench;
        foreach (var watcher in watchers)
            await Scratch.EmptyAsync(watcher, Mailbox, cancellationToken);
        var messages = Enumerable.Range(0, plan.Count)
            .Select(number => SampleMessage.Build(number, bench.Size, bench.Run))
            .Select(message => key?.Sign(message) ?? message).ToList();
        var addresses = Enumerable.Range(0, watchers.Count)
            .Select(number => Enumerable.Range(number, recipients).Select(bench.Receiver).ToList()).ToList();

        var processorBefore = bench.Server.ProcessorSeconds();
        var started = Stopwatch.GetTimestamp();
        var accepted = await new Load<SmtpConnection>(
            plan.Connections, bench.Server,
            (_, token) => SmtpConnection.OpenAsync(bench.Smtp, token),
            (smtp, number, token) =>
                smtp.DeliverAsync(Sender, addresses[number % watchers.Count], messages[number], token))
            .TimesAsync(plan.Count, cancellationToken);
        var afterAccepted = Stopwatch.GetTimestamp();
        await WaitUntilVisibleAsync(plan.Count, recipients, watchers, cancellationToken);
        var visible = accepted.Elapsed + Stopwatch.GetElapsedTime(afterAccepted);
        var processor = bench.Server.ProcessorSeconds() - processorBefore;

        for (var i = 0; i < watchers.Count; i++)
        {
            await CheckAsync(plan, recipients, watchers, i, cancellationToken);
            if (key is not null)
                await CheckVerdictsAsync(watchers[i], Expected(plan.Count, recipients, watchers.Count, i).Count(), cancellationToken);
        }

        foreach (var watcher in watchers)
            await Scratch.EmptyAsync(watcher, Mailbox, cancellationToken);
        return new Measured(visible, accepted.Latencies, processor).For(
            (long)plan.Count * recipients,
            new Figure("acknowledged_per_s", plan.Count / accepted.Elapsed.TotalSeconds));
    }

    private static async Task WaitUntilVisibleAsync(
        int count, int recipients, List<ImapConnection> watchers, CancellationToken cancellationToken)
    {
        for (var i = 0; i < watchers.Count; i++)
        {
            var expected = Expected(count, recipients, watchers.Count, i).Count();
            while (await Scratch.CountAsync(watchers[i], Mailbox, cancellationToken) < expected)
                await Task.Delay(LookAgain, cancellationToken);
        }
    }

    private static async Task CheckAsync(
        Plan plan, int recipients, List<ImapConnection> watchers, int index, CancellationToken cancellationToken)
    {
        var found = new MessageIds();
        await watchers[index].RunAsync($"SELECT {Mailbox}", Responses.Ignored, cancellationToken);
        await watchers[index].RunAsync(
            "FETCH 1:* (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", found, cancellationToken);
        var expected = Expected(plan.Count, recipients, watchers.Count, index)
            .Select(number => SampleMessage.MessageId(number, plan.Bench.Run));
        found.CheckEachOnce(expected);
    }

    private static Task CheckVerdictsAsync(ImapConnection watcher, int expected, CancellationToken cancellationToken) =>
        Search.ExpectAsync(watcher, "HEADER Authentication-Results \"dkim=pass\"", expected, cancellationToken);

    /// <summary>The numbers of the messages that mailbox <paramref name="index"/> gets.</summary>
    private static IEnumerable<int> Expected(int count, int recipients, int mailboxes, int index) =>
        Enumerable.Range(0, count).Where(number => recipients == mailboxes || number % mailboxes == index);
}
