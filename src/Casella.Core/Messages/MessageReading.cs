using System.Runtime.CompilerServices;
using Casella.Core.Storage;

namespace Casella.Core.Messages;

/// <summary>
/// Reads rows of many messages in batches: one short query each, no lock and no statement open while the caller writes
/// to a slow client.
/// </summary>
internal static class MessageReading
{
    private const int Batch = 250;

    public static async IAsyncEnumerable<MessageData> ReadAsync(
        AccountState state, IReadOnlyList<Placement> placements, MessageNeeds needs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = placements.Count > 0 ? StartBatch(state, placements, 0, needs, cancellationToken) : null;
        for (var start = 0; start < placements.Count; start += Batch)
        {
            var rows = await next!;
            // The next batch is read while this one is written.
            next = start + Batch < placements.Count ? StartBatch(state, placements, start + Batch, needs, cancellationToken) : null;
            var at = 0;
            for (var i = start; i < Math.Min(start + Batch, placements.Count); i++)
            {
                if (at >= rows.Count || rows[at].Id != placements[i].Email)
                    continue;   // gone for good: expunged longer ago than the grace time
                var row = rows[at++];
                var header = needs.HasFlag(MessageNeeds.Header) && row.Header.IsEmpty
                    ? await LargeHeaderAsync(state, row.Id, cancellationToken)
                    : row.Header;
                yield return new MessageData(placements[i])
                {
                    Envelope = row.Envelope,
                    Structure = row.Structure,
                    Preview = row.Preview,
                    Header = header,
                    Facts = row.Facts,
                };
            }
        }
    }

    private static Task<IReadOnlyList<MessageRow>> StartBatch(
        AccountState state, IReadOnlyList<Placement> placements, int start, MessageNeeds needs, CancellationToken cancellationToken)
    {
        var ids = new EmailId[Math.Min(Batch, placements.Count - start)];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = placements[start + i].Email;
        return state.Store.ReadAsync(state.Id, reader => reader.Messages(ids, needs), cancellationToken);
    }

    /// <summary>A header too large for its row is read from the message itself.</summary>
    private static async Task<ReadOnlyMemory<byte>> LargeHeaderAsync(AccountState state, EmailId message, CancellationToken cancellationToken)
    {
        await using var content = await state.Store.OpenAsync(state.Id, message, cancellationToken);
        return await content.ReadAsync(0, content.HeaderSize, cancellationToken);
    }
}
