using Casella.Core.Messages.Searching;
using Casella.Core.Storage;

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
        var threading = new ReferenceThreading(budget);
        var messages = new List<ThreadMessage>(algorithm == ThreadAlgorithm.OrderedSubject ? placements.Count : 0);
        for (var start = 0; start < placements.Count; start += Batch)
        {
            budget.Check();
            var end = Math.Min(start + Batch, placements.Count);
            var links = await LinksAsync(placements, start..end, cancellationToken);
            for (var i = start; i < end; i++)
            {
                var message = Message(placements[i], i, links[i - start]);
                if (algorithm == ThreadAlgorithm.OrderedSubject)
                    messages.Add(message);
                else
                    threading.Add(message, links[i - start]);
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
    private async Task<ThreadLinks[]> LinksAsync(
        IReadOnlyList<Placement> placements, Range range, CancellationToken cancellationToken)
    {
        var (start, count) = range.GetOffsetAndLength(placements.Count);
        var ids = new EmailId[count];
        for (var i = 0; i < count; i++)
            ids[i] = placements[start + i].Email;
        var links = new ThreadLinks[count];
        var missing = new List<int>();
        var indexed = await IndexedAsync(ids, cancellationToken);
        var next = 0;
        for (var i = 0; i < count; i++)
            if (next < indexed.Count && indexed[next].Email == ids[i] && ThreadLinks.TryUnpack(indexed[next++].Links.Span) is { } known)
                links[i] = known;
            else
                missing.Add(i);
        await ReadAsync(placements, start, missing, links, cancellationToken);
        return links;
    }

    /// <summary>An index that is ahead of the account's ModSeq belongs to another past.</summary>
    private async Task<bool> HasIndexAsync(CancellationToken cancellationToken)
    {
        var modSeq = state.HighestModSeq;
        var mark = await state.Store.Search.MarkAsync(state.Id, cancellationToken);
        return mark.Last.Value > 0 && mark.ModSeq <= modSeq;
    }

    /// <summary>In the order of the ids. A damaged index has nothing: it goes, and is made anew.</summary>
    private async Task<IReadOnlyList<IndexedText>> IndexedAsync(EmailId[] ids, CancellationToken cancellationToken)
    {
        try
        {
            return _isIndexed ? await state.Store.Search.TextsAsync(state.Id, ids, TextParts.Links, cancellationToken) : [];
        }
        catch (MailException damaged) when (damaged.Error == MailError.Damaged)
        {
            return [];
        }
    }

    private async Task ReadAsync(
        IReadOnlyList<Placement> placements, int start, List<int> missing, ThreadLinks[] into, CancellationToken cancellationToken)
    {
        var unread = missing.ConvertAll(index => placements[start + index]);
        var next = 0;
        await foreach (var data in MessageReading.ReadAsync(state, unread, MessageNeeds.Envelope | MessageNeeds.Header, cancellationToken))
        {
            budget.Check();
            for (; unread[next].Uid != data.Placement.Uid; next++)
                into[missing[next]] = ThreadLinks.None;
            into[missing[next++]] = ThreadLinks.Read(data.Envelope, data.Header);
        }

        for (; next < unread.Count; next++)
            into[missing[next]] = ThreadLinks.None;
    }

    private static ThreadMessage Message(Placement placement, int position, ThreadLinks links) =>
        new(placement.Uid, position, placement.SentAt, links.Subject, links.IsReply) { ReceivedAt = placement.ReceivedAt };
}
