using Casella.Core.Storage;

namespace Casella.Core.Changes;

/// <summary>Reads the change log a whole transaction at a time, some hundred entries at once.</summary>
internal static class ChangeTransactions
{
    /// <summary>
    /// The transactions after a ModSeq, oldest first, each with its entries in order. For a lazy caller: the log is read
    /// on as far as it is asked for.
    /// </summary>
    /// <param name="page">Entries read at once, at least.</param>
    public static IEnumerable<IReadOnlyList<ChangeRow>> Read(IMailReader reader, ModSeq after, int page)
    {
        for (var limit = page; reader.Changes(after, limit) is { Count: > 0 } rows;)
        {
            var transactions = rows.GroupBy(row => row.ModSeq).Select(group => (IReadOnlyList<ChangeRow>)[.. group]).ToList();
            // A full page may end within a transaction, whose rest comes with the next page, from its beginning.
            if (rows.Count == limit)
                transactions.RemoveAt(transactions.Count - 1);
            limit = transactions.Count == 0 ? limit * 2 : page;
            foreach (var transaction in transactions)
            {
                after = transaction[0].ModSeq;
                yield return transaction;
            }
        }
    }
}
