using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>SEARCH of the prepared mailbox, where it is known how many messages must be found.</summary>
internal static class Search
{
    /// <summary>A word of a header field, which RFC 2047 has encoded.</summary>
    public static Task<Outcome> HeaderAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, $"SUBJECT {SampleMessage.SubjectWord}", SampleMessage.HasSubjectWord, cancellationToken);

    /// <summary>A word of the text.</summary>
    public static Task<Outcome> BodyAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, $"BODY {SampleMessage.BodyWord}", SampleMessage.HasBodyWord, cancellationToken);

    /// <summary>A word of one message in ten thousand.</summary>
    public static Task<Outcome> RareAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, $"BODY {SampleMessage.RareWord}", SampleMessage.HasRareWord, cancellationToken);

    /// <summary>A word of nearly every message.</summary>
    public static Task<Outcome> CommonAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, $"BODY {SampleMessage.CommonWord}", SampleMessage.HasCommonWord, cancellationToken);

    public static Task<Outcome> FromAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(plan, $"FROM {SampleMessage.Sender}", SampleMessage.IsFromSender, cancellationToken);

    /// <summary>What a client shows as unread and starred.</summary>
    public static Task<Outcome> FlagsAsync(Plan plan, CancellationToken cancellationToken) =>
        RunAsync(
            plan, "OR UNSEEN FLAGGED",
            number => SampleMessage.Flags(number) is "" or @"\Seen \Flagged", cancellationToken);

    /// <exception cref="UnexpectedAnswerException">Not as many were found.</exception>
    public static async Task ExpectAsync(
        ImapConnection imap, string criteria, int count, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await imap.RunAsync($"UID SEARCH {criteria}", lines, cancellationToken);
        var results = lines.All.Where(line => line.StartsWith("* SEARCH", StringComparison.Ordinal));
        var found = results.Sum(line => line.AsSpan("* SEARCH".Length).Count(' '));
        if (found != count)
            throw new UnexpectedAnswerException($"SEARCH {criteria} found {found} messages, not {count}");
    }

    private static async Task<Outcome> RunAsync(
        Plan plan, string criteria, Func<int, bool> matches, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        var expected = mailbox.CountOf(matches);
        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, _, token) => ExpectAsync(imap, criteria, expected, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        return measured.For(measured.Latencies.Count);
    }
}
