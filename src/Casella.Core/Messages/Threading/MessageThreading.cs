using Casella.Core.Messages.Searching;

namespace Casella.Core.Messages.Threading;

/// <summary>
/// Makes conversations of the messages of one mailbox (RFC 5256), for IMAP's THREAD. What the algorithms need stands in
/// the full-text index; a message that is not there yet is read itself. One object for one question, within a budget of
/// time.
/// </summary>
internal sealed class MessageThreading(AccountState state, TimeBudget budget)
{
    private const int Batch = 4_000;

    private bool _isIndexed;

    /// <param name="placements">In the mailbox's order.</param>
    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task<IReadOnlyList<ThreadNode>> RunAsync(
        IReadOnlyList<Placement> placements, ThreadAlgorithm algorithm, CancellationToken cancellationToken)
    {
        _isIndexed = await HasIndexAsync(cancellationToken);
        var isBySubject = algorithm == ThreadAlgorithm.OrderedSubject;
        var threading = new ReferenceThreading(budget, isBySubject ? 0 : placements.Count);
        var messages = new List<ThreadMessage>(isBySubject ? placements.Count : 0);
        for (var start = 0; start < placements.Count; start += Batch)
        {
            budget.Check();
            var end = Math.Min(start + Batch, placements.Count);
            var packed = await LinksAsync(placements, start..end, cancellationToken);
            for (var i = start; i < end; i++)
            {
                var links = new ThreadLinks(packed[i - start].Span);
                var message = Message(placements[i], i, links);
                if (isBySubject)
                    messages.Add(message);
                else
                    threading.Add(message, links);
            }
        }

        return algorithm switch
        {
            ThreadAlgorithm.OrderedSubject => OrderedSubject.Thread(messages),
            ThreadAlgorithm.References => threading.Threads(),
            ThreadAlgorithm.Refs => threading.ThreadsByNewest(),
        };
    }

    /// <summary>Of each message of the range; one that is gone for good has none and stands alone.</summary>
    private async Task<ReadOnlyMemory<byte>[]> LinksAsync(
        IReadOnlyList<Placement> placements, Range range, CancellationToken cancellationToken)
    {
        var (start, count) = range.GetOffsetAndLength(placements.Count);
        var ids = new EmailId[count];
        for (var i = 0; i < count; i++)
            ids[i] = placements[start + i].Email;
        var links = await IndexedAsync(ids, cancellationToken);
        var missing = new List<Placement>();
        for (var i = 0; i < count; i++)
            if (!ThreadLinks.IsPacked(links[i].Span))
                missing.Add(placements[start + i]);
        if (missing.Count > 0)
            await ReadAsync(missing, placements, start, links, cancellationToken);
        return links;
    }

    /// <summary>An index that is ahead of the account's ModSeq belongs to another past.</summary>
    private async Task<bool> HasIndexAsync(CancellationToken cancellationToken)
    {
        var modSeq = state.HighestModSeq;
        var mark = await state.Store.Search.MarkAsync(state.Id, cancellationToken);
        return mark.Last.Value > 0 && mark.ModSeq <= modSeq;
    }

    /// <summary>For each id; empty for one that has none. A damaged index has nothing: it goes, and is made anew.</summary>
    private async Task<ReadOnlyMemory<byte>[]> IndexedAsync(EmailId[] ids, CancellationToken cancellationToken)
    {
        try
        {
            return _isIndexed
                ? await state.Store.Search.LinksAsync(state.Id, ids, cancellationToken)
                : new ReadOnlyMemory<byte>[ids.Length];
        }
        catch (MailException damaged) when (damaged.Error == MailError.Damaged)
        {
            return new ReadOnlyMemory<byte>[ids.Length];
        }
    }

    /// <summary>From the messages themselves.</summary>
    private async Task ReadAsync(
        List<Placement> missing, IReadOnlyList<Placement> placements, int start, ReadOnlyMemory<byte>[] into, CancellationToken cancellationToken)
    {
        var at = 0;
        await foreach (var data in MessageReading.ReadAsync(state, missing, MessageNeeds.Envelope | MessageNeeds.Header, cancellationToken))
        {
            budget.Check();
            while (placements[start + at].Uid != data.Placement.Uid)
                at++;
            into[at] = ThreadLinks.Read(data.Envelope, data.Header);
        }
    }

    private static ThreadMessage Message(Placement placement, int position, ThreadLinks links) =>
        new(placement.Uid, position, placement.SentAt, links.Subject, links.IsReply, placement.ReceivedAt);
}
