using System.Globalization;
using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>
/// What a client shows first of a search: the newest fifty. A server with PARTIAL (RFC 9394) is asked for just these,
/// one without is asked for all, as its clients must.
/// </summary>
internal static class Newest
{
    private const int Wanted = 50;

    public static Task<Outcome> CommonAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, $"BODY {SampleMessage.CommonWord}", SampleMessage.HasCommonWord, cancellationToken);

    public static Task<Outcome> FromAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, $"FROM {SampleMessage.Sender}", SampleMessage.IsFromSender, cancellationToken);

    private static async Task<Outcome> RunAsync(
        Plan plan, string criteria, Func<int, bool> matches, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        var all = mailbox.CountOf(matches);
        var wanted = Math.Min(all, Wanted);
        await using (var imap = await mailbox.OpenAsync(plan.Bench, cancellationToken))
            if (!await imap.HasCapabilityAsync("PARTIAL", cancellationToken))
                wanted = all;

        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, _, token) => wanted == all
                ? Search.ExpectAsync(imap, criteria, all, token)
                : ExpectPartialAsync(imap, criteria, wanted, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        return measured.For(measured.Latencies.Count);
    }

    /// <exception cref="UnexpectedAnswerException">Not as many were found.</exception>
    private static async Task ExpectPartialAsync(
        ImapConnection imap, string criteria, int count, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await imap.RunAsync($"UID SEARCH RETURN (PARTIAL -1:-{Wanted}) {criteria}", lines, cancellationToken);
        var answer = lines.All.Single(line => line.StartsWith("* ESEARCH", StringComparison.Ordinal));
        var start = answer.IndexOf($"PARTIAL (-1:-{Wanted} ", StringComparison.Ordinal);
        var found = start < 0 ? 0 : answer[(answer.LastIndexOf(' ') + 1)..].TrimEnd(')').Split(',').Sum(Length);
        if (found != count)
            throw new UnexpectedAnswerException($"SEARCH {criteria} found {found} of the newest messages, not {count}");
    }

    private static int Length(string range)
    {
        var ends = range.Split(':').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToList();
        return Math.Abs(ends[^1] - ends[0]) + 1;
    }
}
