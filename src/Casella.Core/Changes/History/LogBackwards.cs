using Casella.Core.Storage;

namespace Casella.Core.Changes.History;

/// <summary>Reads the change log from its end, in pages.</summary>
internal static class LogBackwards
{
    private const int Page = 1_000;

    public static IEnumerable<ChangeRow> Read(IMailReader reader)
    {
        var before = new ModSeq(long.MaxValue);
        for (var limit = Page; reader.ChangesBefore(before, limit) is { Count: > 0 } page;)
        {
            // A full page may end within a transaction, whose rest comes with the next page, from its end.
            var last = page[^1].ModSeq;
            var whole = page.Count < limit ? page : [.. page.TakeWhile(change => change.ModSeq != last)];
            limit = whole.Count == 0 ? limit * 2 : Page;
            foreach (var change in whole)
                yield return change;
            before = whole.Count == 0 ? before : whole[^1].ModSeq;
        }
    }
}
