using System.Globalization;
using Casella.Bench.Corpus;
using Casella.Bench.Running;
using Casella.Bench.Wire;

namespace Casella.Bench.Workloads;

/// <summary>The prepared mailbox is opened again and again, as a client does that walks its folders.</summary>
internal static class Select
{
    public static async Task<Outcome> RunAsync(Plan plan, CancellationToken cancellationToken)
    {
        var mailbox = PreparedMailbox.Corpus(plan.Bench);
        await mailbox.EnsureAsync(plan.Bench, cancellationToken);
        var exists = string.Create(CultureInfo.InvariantCulture, $"* {mailbox.Count} EXISTS");
        var measured = await new Load<ImapConnection>(
            plan.Connections, plan.Bench.Server,
            (_, token) => mailbox.OpenAsync(plan.Bench, token),
            (imap, _, token) => SelectAsync(imap, mailbox.Name, exists, token))
            .DuringAsync(plan.Bench.Duration, cancellationToken);
        return measured.For(measured.Latencies.Count);
    }

    private static async Task SelectAsync(
        ImapConnection imap, string mailbox, string exists, CancellationToken cancellationToken)
    {
        var lines = new KeptLines();
        await imap.RunAsync($"SELECT {mailbox}", lines, cancellationToken);
        if (!lines.All.Contains(exists, StringComparer.Ordinal))
            throw new UnexpectedAnswerException($"SELECT {mailbox} did not say '{exists}'");
    }
}
