using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>
/// Keeps the change log bounded (ADR 0010): once a week passes over what is older than deleted messages are kept, and
/// leaves of it the story of the messages that still exist. In small transactions that raise no ModSeq, each of which
/// also notes how far it has come, so that a process that ends at any point goes on from there. Called by
/// <see cref="Messages.Retention"/>.
/// </summary>
internal sealed class LogCompaction(IMailStore store, TimeProvider time)
{
    /// <summary>Entries looked at for one transaction, at least.</summary>
    private const int Page = 500;

    /// <summary>Messages named by these entries, about: a single entry may name very many.</summary>
    private const int ItemsAtMost = 20_000;

    private const int VanishedAtMost = 2_000;

    private static readonly TimeSpan Every = TimeSpan.FromDays(7);

    /// <summary>
    /// A client that has not come for longer is told of all UIDs that are not there, which is as right and only longer.
    /// </summary>
    private static readonly TimeSpan VanishedKept = TimeSpan.FromDays(90);

    private static readonly Dictionary<ModSeq, IReadOnlyList<ChangeRow>> NoChanges = [];

    /// <param name="kept">How long deleted messages are kept: so long an undo needs the log as it is.</param>
    public async Task CompactAsync(AccountId account, TimeSpan kept, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var bounds = await store.ReadAsync(account, reader => reader.LogBounds(), cancellationToken);
        if (bounds.PassedTo.Value == 0 && now - bounds.PassedAt < Every)
            return;
        bounds = await ForgetVanishedAsync(account, bounds, now, cancellationToken);
        var summary = new LogSummary(now);
        while (true)
        {
            var from = bounds.PassedTo;
            var shortened = await store.ReadAsync(account, reader => Shorten(reader, from, now - kept, summary), cancellationToken);
            bounds = shortened.PassedTo is { } to
                ? bounds with { PassedTo = to }
                : bounds with { PassedTo = new ModSeq(0), PassedAt = now };
            await store.WriteAsync(account, transaction => Write(transaction, shortened.Changed, bounds), null, cancellationToken);
            if (shortened.PassedTo is null)
                return;
        }
    }

    /// <summary>
    /// Beside the writer: nobody else changes what is so old, and a message that goes meanwhile is left to the next pass.
    /// </summary>
    private static Shortened Shorten(IMailReader reader, ModSeq from, DateTimeOffset before, LogSummary summary)
    {
        var (end, entries, items) = (reader.ModSeqBefore(before), 0, 0);
        var old = new List<IReadOnlyList<ChangeRow>>();
        foreach (var transaction in ChangeTransactions.Read(reader, from, Page))
        {
            if (transaction[0].ModSeq > end)
                break;
            old.Add(transaction);
            entries += transaction.Count;
            items += transaction.Sum(change => change.Items.Count);
            if (entries >= Page || items >= ItemsAtMost)
                break;
        }

        return new Shortened(old.Count == 0 ? null : old[^1][0].ModSeq, summary.Shorten(old, message => reader.Kept(message) is not null));
    }

    private static bool Write(IMailTransaction transaction, IReadOnlyDictionary<ModSeq, IReadOnlyList<ChangeRow>> changed, LogBounds bounds)
    {
        foreach (var (modSeq, rows) in changed)
            transaction.ReplaceChanges(modSeq, rows);
        transaction.PutLogBounds(bounds);
        return true;
    }

    /// <summary>First it is noted that they are not known, then they go.</summary>
    private async Task<LogBounds> ForgetVanishedAsync(AccountId account, LogBounds bounds, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await store.ReadAsync(account, reader => reader.ModSeqBefore(now - VanishedKept), cancellationToken);
        if (known > bounds.VanishedFrom)
        {
            bounds = bounds with { VanishedFrom = known };
            await store.WriteAsync(account, transaction => Write(transaction, NoChanges, bounds), null, cancellationToken);
        }

        int gone;
        do
            gone = await store.WriteAsync(
                account, transaction => transaction.ForgetVanished(bounds.VanishedFrom, VanishedAtMost), null, cancellationToken);
        while (gone > 0);
        return bounds;
    }

    /// <param name="PassedTo">The last transaction that was looked at; null at the end.</param>
    private sealed record Shortened(ModSeq? PassedTo, IReadOnlyDictionary<ModSeq, IReadOnlyList<ChangeRow>> Changed);
}
