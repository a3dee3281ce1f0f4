using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>What one owner, an account or a domain, has learnt of words, and its lists: rows of the same shape.</summary>
internal sealed class LearntWords(Database database, SpamStatements statements, long owner)
{
    private const long SecondsOfDay = 86_400;

    /// <summary>The count of all words costs a look at each, so it is made once in so many lessons.</summary>
    private const int LookEvery = 16;

    public SpamTotals Totals => Pair(database[statements.Totals].Bind(owner)) ?? default;

    public long Words => database[statements.CountWords].Bind(owner).Scalar()!.Value;

    public IReadOnlyDictionary<long, SpamTotals> Find(IReadOnlyList<long> words)
    {
        var found = new Dictionary<long, SpamTotals>();
        if (Totals == default)
            return found;
        foreach (var word in words)
            if (Pair(database[statements.Word].Bind(owner).Bind(word)) is { } totals)
                found[word] = totals;
        return found;
    }

    public void Count(IReadOnlyList<long> words, SpamTotals change, WordBounds bounds)
    {
        var day = bounds.Now.ToUnixTimeSeconds() / SecondsOfDay;
        database[statements.AddTotals].Bind(owner).Bind(change.Spam).Bind(change.Ham).Run();
        foreach (var word in words)
            database[statements.AddWord].Bind(owner).Bind(word).Bind(change.Spam).Bind(change.Ham).Bind(day).Run();
        var totals = Totals;
        if ((totals.Spam + totals.Ham) % LookEvery != 0)
            return;
        var surplus = Words - bounds.Words;
        if (surplus > 0)
            database[statements.ForgetWords].Bind(owner).Bind(surplus + (bounds.Words / 20)).Run();
    }

    public IReadOnlyList<ListedSender> Listed()
    {
        var listed = new List<ListedSender>();
        var rows = database[statements.Listed].Bind(owner);
        while (rows.Step())
            listed.Add(new ListedSender(rows.Text(0), (SpamClass)rows.Long(1), DateTimeOffset.FromUnixTimeSeconds(rows.Long(2))));
        return listed;
    }

    /// <summary>By the first of the names that is on the list.</summary>
    public SpamClass? ListedAs(IReadOnlyList<string> entries)
    {
        foreach (var entry in entries)
            if (database[statements.ListedAs].Bind(owner).Bind(entry).Scalar() is { } listed)
                return (SpamClass)listed;
        return null;
    }

    public void PutListed(string entry, SpamClass? listed, DateTimeOffset at)
    {
        if (listed is { } given)
            database[statements.PutListed].Bind(owner).Bind(entry).Bind((long)given).Bind(at.ToUnixTimeSeconds()).Run();
        else
            database[statements.DeleteListed].Bind(owner).Bind(entry).Run();
    }

    private static SpamTotals? Pair(Statement row)
    {
        if (!row.Step())
            return null;
        var totals = new SpamTotals(row.Long(0), row.Long(1));
        row.Reset();
        return totals;
    }
}
