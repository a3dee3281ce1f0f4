using System.Text;
using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Bodies;
using Casella.Storage.Sql;
using Casella.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Casella.Storage.Search;

/// <summary>
/// The full-text index: a second SQLite file beside each account's, <c>search.db</c>. Trigrams in FTS5 give the
/// messages that may contain a text; folded texts, compressed, are there to look. ADR 0018.
/// </summary>
internal sealed class SqliteSearchIndex(Func<AccountId, string> folderOf, ILogger logger) : ISearchIndex, IDisposable
{
    /// <summary>Texts between two that are asked for, which are read with them rather than looked up one by one.</summary>
    private const int GapAtMost = 4;

    private readonly IndexFiles _files = new(folderOf);
    private readonly WorkerThreads _readers = new("search reader", 2);
    private readonly WorkerThreads _writer = new("search writer", 1);

    public Task<IndexMark> MarkAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadAsync(account, database => ReadMark(database, account), IndexMark.None, cancellationToken);

    public Task<IndexAnswer> FindAsync(
        AccountId account, IReadOnlyList<IndexTerm> terms, EmailRange among, CancellationToken cancellationToken) => ReadAsync(
        account,
        database =>
        {
            var partial = Ids(database[SearchSchema.PartialTexts].Bind(account.Value));
            return new IndexAnswer(ReadMark(database, account), [.. terms.Select(term => Find(database, term, among, partial))]);
        },
        new IndexAnswer(IndexMark.None, [.. terms.Select(_ => new EmailIdSet())]),
        cancellationToken);

    public Task<IReadOnlyList<IndexedText>> TextsAsync(
        AccountId account, IReadOnlyList<EmailId> ids, TextParts parts, CancellationToken cancellationToken) => ReadAsync(
        account,
        IReadOnlyList<IndexedText> (database) =>
        {
            var texts = new List<IndexedText>(ids.Count);
            for (var start = 0; start < ids.Count;)
            {
                var count = NeighboursAt(ids, start);
                ReadTexts(database, new EmailRange(ids[start], ids[start + count - 1]), ids.Skip(start).Take(count), parts, texts);
                start += count;
            }

            return texts;
        },
        [],
        cancellationToken);

    public Task<ReadOnlyMemory<byte>[]> LinksAsync(AccountId account, IReadOnlyList<EmailId> ids, CancellationToken cancellationToken) => ReadAsync(
        account,
        database =>
        {
            var links = new PackedLinks(ids.Count);
            for (var start = 0; start < ids.Count;)
            {
                var count = NeighboursAt(ids, start);
                var rows = database[SearchSchema.Links].Bind(ids[start].Value).Bind(ids[start + count - 1].Value);
                for (var at = start; rows.Step();)
                {
                    while (ids[at].Value < rows.Long(0))
                        at++;
                    if (ids[at].Value == rows.Long(0))
                        links.Set(at, rows.Span(1));
                }

                start += count;
            }

            return links.All();
        },
        new ReadOnlyMemory<byte>[ids.Count],
        cancellationToken);

    public Task<bool> AddAsync(
        AccountId account, IReadOnlyList<IndexedText> messages, EmailId from, IndexMark mark, CancellationToken cancellationToken) => WriteAsync(
        account,
        database =>
        {
            if (ReadMark(database, account).Last != from)
                return false;
            foreach (var message in messages)
                Insert(database, account, message);
            database[SearchSchema.PutMark].Bind(account.Value).Bind(mark.Last.Value).Bind(mark.ModSeq.Value).Bind(mark.LastObjectId).Run();
            return true;
        },
        cancellationToken);

    public Task RemoveAsync(AccountId account, IReadOnlyList<EmailId> messages, CancellationToken cancellationToken) => WriteAsync(
        account,
        database =>
        {
            // What is gone for good must not be legible in the file's free space.
            database.Execute("PRAGMA secure_delete=ON");
            foreach (var message in messages)
                foreach (var delete in (string[])[SearchSchema.DeleteText, SearchSchema.DeleteName, SearchSchema.DeleteLinks, SearchSchema.DeleteNames, SearchSchema.DeleteHeaders, SearchSchema.DeleteBody])
                    database[delete].Bind(message.Value).Run();
            database.Execute("PRAGMA secure_delete=OFF");
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<EmailId>> MessagesAsync(
        AccountId account, EmailId after, int limit, CancellationToken cancellationToken) => ReadAsync(
        account,
        IReadOnlyList<EmailId> (database) =>
            [.. Ids(database[SearchSchema.Texts].Bind(account.Value).Bind(after.Value).Bind(limit)).Ids],
        [],
        cancellationToken);

    public Task<IndexSize> SizeAsync(AccountId account, CancellationToken cancellationToken) => ReadAsync(
        account,
        database => new IndexSize(
            database[SearchSchema.CountTexts].Scalar() ?? 0,
            Ids(database[SearchSchema.PartialTexts].Bind(account.Value)).Count,
            _files.SizeOf(account)),
        new IndexSize(0, 0, 0),
        cancellationToken);

    public Task DeleteAsync(AccountId account, CancellationToken cancellationToken) =>
        _writer.RunAsync(() => { _files.Delete(account); return true; }, cancellationToken);

    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
        _files.Dispose();
    }

    private Task<T> ReadAsync<T>(AccountId account, Func<Database, T> query, T none, CancellationToken cancellationToken) =>
        _readers.RunAsync(() => _files.Exists(account) ? Guarded(account, file => file.Read(query)) : none, cancellationToken);

    private Task<T> WriteAsync<T>(AccountId account, Func<Database, T> work, CancellationToken cancellationToken) => _writer.RunAsync(
        () => Directory.Exists(folderOf(account))
            ? Guarded(account, file => file.Write(work))
            : throw new MailException(MailError.NoSuchAddress, $"no mail storage for account {account.Value}"),
        cancellationToken);

    /// <summary>A damaged index is worth nothing and costs nothing: it goes, and is made anew.</summary>
    private T Guarded<T>(AccountId account, Func<IndexFile, T> use)
    {
        try
        {
            return use(_files.Use(account));
        }
        catch (MailException damaged) when (damaged.Error == MailError.Damaged)
        {
            Log.IndexDamaged(logger, damaged, account.Value);
            _files.Delete(account);
            throw;
        }
    }

    private static IndexMark ReadMark(Database database, AccountId account)
    {
        var row = database[SearchSchema.Mark].Bind(account.Value);
        if (!row.Step())
            return IndexMark.None;
        var mark = new IndexMark(new EmailId(row.Long(0)), new ModSeq(row.Long(1)), row.Text(2));
        row.Reset();
        return mark;
    }

    private static EmailIdSet Find(Database database, IndexTerm term, EmailRange among, EmailIdSet partial)
    {
        var found = new EmailIdSet();
        foreach (var id in partial.Ids)
            found.Add(id);
        foreach (var (sql, trigrams) in QuestionsOf(term))
            for (var rows = database[sql].Bind(trigrams).Bind(among.First.Value).Bind(among.Last.Value); rows.Step();)
                found.Add(new EmailId(rows.Long(0)));
        return found;
    }

    /// <summary>Each table with what it is asked for: names are short, headers and bodies are long.</summary>
    private static (string Sql, string Trigrams)[] QuestionsOf(IndexTerm term)
    {
        if (Trigrams.CoveringQuery(term.Text) is not { } few || Trigrams.Query(term.Text) is not { } all)
            throw new ArgumentException($"\"{term.Text}\" is too short to ask", nameof(term));
        return term.Field switch
        {
            IndexField.Names => [(SearchSchema.FindNames, few)],
            IndexField.OtherHeaders => [(SearchSchema.FindHeaders, all)],
            IndexField.AnyHeader => [(SearchSchema.FindNames, few), (SearchSchema.FindHeaders, all)],
            IndexField.Body => [(SearchSchema.FindBodies, all)],
            IndexField.Anywhere => [(SearchSchema.FindNames, few), (SearchSchema.FindHeaders, all), (SearchSchema.FindBodies, all)],
        };
    }

    private static EmailIdSet Ids(Statement rows)
    {
        var ids = new EmailIdSet();
        while (rows.Step())
            ids.Add(new EmailId(rows.Long(0)));
        return ids;
    }

    /// <summary>How many ids from here on are so close to each other that reading what lies between costs less.</summary>
    private static int NeighboursAt(IReadOnlyList<EmailId> ids, int start)
    {
        var end = start + 1;
        while (end < ids.Count && ids[end].Value > ids[end - 1].Value && ids[end].Value - ids[end - 1].Value <= GapAtMost)
            end++;
        return end - start;
    }

    private static void ReadTexts(
        Database database, EmailRange range, IEnumerable<EmailId> asked, TextParts parts, List<IndexedText> into)
    {
        using var wanted = asked.GetEnumerator();
        wanted.MoveNext();
        for (var rows = database[TextsOf(parts)].Bind(range.First.Value).Bind(range.Last.Value); rows.Step();)
        {
            var id = new EmailId(rows.Long(0));
            while (wanted.Current.Value < id.Value)
                wanted.MoveNext();
            if (wanted.Current == id && rows.Long(1) != 0)
                into.Add(ReadText(rows, id, parts));
        }
    }

    private static string TextsOf(TextParts parts) => parts switch
    {
        TextParts.Names => SearchSchema.Names,
        TextParts.Header => SearchSchema.Header,
        TextParts.Body => SearchSchema.Body,
        _ => SearchSchema.HeaderAndBody,
    };

    private static IndexedText ReadText(Statement row, EmailId id, TextParts parts)
    {
        ReadOnlyMemory<byte> Text(int column) => StoredPiece.Unpack(row.Span(column), $"indexed text of message {id.Value}");
        return parts switch
        {
            TextParts.Names => new IndexedText(id, row.Span(2).ToArray(), default),
            TextParts.Header => new IndexedText(id, Text(2), default),
            TextParts.Body => new IndexedText(id, default, Text(2)),
            _ => new IndexedText(id, Text(2), Text(3)),
        };
    }

    private static void Insert(Database database, AccountId account, IndexedText message)
    {
        database[SearchSchema.InsertText].Bind(message.Email.Value).Bind(account.Value).Bind(message.IsWhole ? 1 : 0)
            .Bind(StoredPiece.Pack(message.Header.Span)).Bind(StoredPiece.Pack(message.Body.Span)).Run();
        if (!message.Links.IsEmpty)
            database[SearchSchema.InsertLinks].Bind(message.Email.Value).Bind(message.Links.Span).Run();
        if (!message.IsWhole)
            return;
        var (names, others) = SplitHeader(message.Header.Span);
        database[SearchSchema.InsertName].Bind(message.Email.Value).Bind(Encoding.UTF8.GetBytes(names).AsSpan()).Run();
        database[SearchSchema.InsertNames].Bind(message.Email.Value).Bind(Trigrams.Indexable(names)).Run();
        database[SearchSchema.InsertHeaders].Bind(message.Email.Value).Bind(Trigrams.Indexable(others)).Run();
        database[SearchSchema.InsertBody].Bind(message.Email.Value).Bind(Trigrams.Indexable(Encoding.UTF8.GetString(message.Body.Span))).Run();
    }

    private static (string Names, string Others) SplitHeader(ReadOnlySpan<byte> header)
    {
        var (names, others) = (new StringBuilder(), new StringBuilder());
        foreach (var line in Encoding.UTF8.GetString(header).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            _ = (colon > 0 && IndexedText.Names.Contains(line[..colon]) ? names : others).Append(line).Append('\n');
        }

        return (names.ToString(), others.ToString());
    }
}
