using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>SORT and THREAD of the whole prepared mailbox. Every message must be in the answer once.</summary>
internal static class Arrange
{
    public static Task<Outcome> DateAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, "SORT (REVERSE DATE) UTF-8 ALL", cancellationToken);

    public static Task<Outcome> SubjectAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, "SORT (SUBJECT FROM) UTF-8 ALL", cancellationToken);

    public static Task<Outcome> ThreadAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, "THREAD REFERENCES UTF-8 ALL", cancellationToken);

    private static async Task<Outcome> RunAsync(Plan plan, string command, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, _, token) => ArrangeAsync(imap, command, mailbox.Count, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        return measured.For(measured.Latencies.Count);
    }

    private static async Task ArrangeAsync(
        ImapConnection imap, string command, int messages, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await imap.RunAsync("UID " + command, lines, cancellationToken);
        var answer = lines.All.Single(line =>
            line.StartsWith("* SORT", StringComparison.Ordinal) || line.StartsWith("* THREAD", StringComparison.Ordinal));
        var found = answer.Split([' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Length - 2;
        if (found != messages)
            throw new UnexpectedAnswerException($"{command} answered with {found} messages, not {messages}");
    }
}
