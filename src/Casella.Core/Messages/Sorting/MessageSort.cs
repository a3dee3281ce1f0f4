using Casella.Core.Messages.Searching;
using Casella.Formats.Mime;

namespace Casella.Core.Messages.Sorting;

/// <summary>
/// Sorts messages of one mailbox (RFC 5256), for IMAP's SORT and for the webmail's list. Reads no more than the keys
/// need: sizes and dates are in memory. One object for one sort, within a budget of time.
/// </summary>
internal sealed class MessageSort(AccountState state, TimeBudget budget, SearchFindings? findings)
{
    /// <param name="placements">In the mailbox's order, which decides between equals.</param>
    /// <param name="keys">The first one counts most.</param>
    /// <exception cref="MailException">TooExpensive.</exception>
    public async Task<IReadOnlyList<Uid>> RunAsync(
        IReadOnlyList<Placement> placements, IReadOnlyList<SortKey> keys, CancellationToken cancellationToken)
    {
        var columns = keys.Select(key => new SortColumn(key, placements.Count)).ToArray();
        for (var i = 0; i < placements.Count; i++)
        {
            var placement = placements[i];
            foreach (var column in columns)
                column.SetPlacement(i, placement, findings);
        }

        var needs = keys.Aggregate(MessageNeeds.None, (all, key) => all | SortColumn.Needs(key.Field));
        if (needs != MessageNeeds.None)
            await ReadAsync(placements, columns, needs, cancellationToken);

        var order = new int[placements.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        if (columns is [{ IsNumber: true } only])
            Array.Sort(only.Ranks(), order);
        else
            Array.Sort(order, (left, right) => Compare(columns, left, right));
        return Array.ConvertAll(order, index => placements[index].Uid);
    }

    private async Task ReadAsync(
        IReadOnlyList<Placement> placements, SortColumn[] columns, MessageNeeds needs, CancellationToken cancellationToken)
    {
        var index = 0;
        await foreach (var data in MessageReading.ReadAsync(state, placements, needs, cancellationToken))
        {
            budget.Check();
            // A message that is gone for good is left out by the reading and sorts as one without header.
            while (placements[index].Uid != data.Placement.Uid)
                index++;
            var envelope = needs.HasFlag(MessageNeeds.Envelope) ? CompactForm.TryReadEnvelope(data.Envelope) : null;
            foreach (var column in columns)
                column.SetData(index, envelope);
        }
    }

    private static int Compare(SortColumn[] columns, int left, int right)
    {
        foreach (var column in columns)
            if (column.Compare(left, right) is not 0 and var order)
                return order;
        return left.CompareTo(right);
    }
}
