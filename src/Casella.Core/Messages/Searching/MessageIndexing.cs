using System.Collections.Concurrent;
using Casella.Core.Messages.Threading;
using Casella.Core.Storage;

namespace Casella.Core.Messages.Searching;

/// <summary>
/// Makes and keeps the full-text index of accounts: messages in the order of their ids, in batches, and away with those
/// whose content is gone. Killed at any moment it goes on where it was. Called by <see cref="IndexRunner"/> and, for a
/// rebuild, by the administrator.
/// </summary>
public sealed class MessageIndexing : IDisposable
{
    private const int BatchAtMost = 200;

    /// <summary>
    /// Folded text of one message that is indexed. A message with more is looked through itself at each search.
    /// </summary>
    private const int TextAtMost = 1024 * 1024;

    private readonly IMailStore _store;
    private readonly ConcurrentDictionary<AccountId, bool> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0, 1);

    internal MessageIndexing(IMailStore store) => _store = store;

    /// <summary>A commit touched the account: on its writer, so only a note is made.</summary>
    internal void Request(AccountId account)
    {
        _waiting[account] = true;
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Two notes at once: the runner wakes for both.
            return;
        }
    }

    public void Dispose() => _signal.Dispose();

    /// <summary>Waits for notes; true when there are some.</summary>
    internal Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, cancellationToken);

    internal IReadOnlyList<AccountId> TakeRequests() => [.. _waiting.Keys.Where(account => _waiting.TryRemove(account, out _))];

    /// <summary>Indexes the next messages; false when nothing is left to do.</summary>
    /// <exception cref="MailException">Unavailable, Damaged, NoSuchAddress.</exception>
    internal async Task<bool> IndexNextAsync(AccountId account, CancellationToken cancellationToken)
    {
        var mark = await MarkAsync(account, cancellationToken);
        var (ids, modSeq) = await _store.ReadAsync(
            account, reader => (reader.MessagesAfter(mark.Last, BatchAtMost), reader.Account.ModSeq), cancellationToken);
        if (ids.Count == 0)
            return false;
        const MessageNeeds Needs = MessageNeeds.Envelope | MessageNeeds.Structure | MessageNeeds.Facts;
        var rows = await _store.ReadAsync(account, reader => reader.Messages(ids, Needs), cancellationToken);
        var texts = new List<IndexedText>(rows.Count);
        foreach (var row in rows)
            texts.Add(await ReadAsync(account, row, cancellationToken));
        var next = new IndexMark(ids[^1], modSeq, rows.Count > 0 && rows[^1].Id == ids[^1] ? rows[^1].Facts!.ObjectId : "");
        var added = await _store.Search.AddAsync(account, texts, mark.Last, next, cancellationToken);
        return !added || ids.Count == BatchAtMost;   // not added: somebody else is at it, and the mark has moved
    }

    /// <summary>Takes what is gone for good out of the index; returns how many messages that were.</summary>
    internal async Task<int> RemoveGoneAsync(AccountId account, CancellationToken cancellationToken)
    {
        const int Page = 5_000;
        var gone = 0;
        var indexed = await _store.Search.MessagesAsync(account, new EmailId(0), Page, cancellationToken);
        while (indexed.Count > 0)
        {
            var page = indexed;
            var missing = await _store.ReadAsync(account, reader => Missing(reader, page), cancellationToken);
            if (missing.Count > 0)
                await _store.Search.RemoveAsync(account, missing, cancellationToken);
            gone += missing.Count;
            indexed = await _store.Search.MessagesAsync(account, page[^1], Page, cancellationToken);
        }

        return gone;
    }

    /// <summary>Of these ids, ascending, the ones that have no message.</summary>
    private static List<EmailId> Missing(IMailReader reader, IReadOnlyList<EmailId> indexed)
    {
        var alive = new HashSet<EmailId>();
        for (var last = new EmailId(indexed[0].Value - 1); last.Value < indexed[^1].Value;)
        {
            var next = reader.MessagesAfter(last, indexed.Count);
            if (next.Count == 0)
                break;
            alive.UnionWith(next);
            last = next[^1];
        }

        return [.. indexed.Where(id => !alive.Contains(id))];
    }

    /// <summary>Removes the account's index and makes it anew.</summary>
    /// <param name="progress">Told messages done and messages in all, after each batch.</param>
    /// <exception cref="MailException">Unavailable, Damaged, NoSuchAddress.</exception>
    public async Task<IndexStatus> RebuildAsync(AccountId account, Action<long, long> progress, CancellationToken cancellationToken)
    {
        await _store.Search.DeleteAsync(account, cancellationToken);
        bool more;
        do
        {
            more = await IndexNextAsync(account, cancellationToken);
            var status = await StatusAsync(account, cancellationToken);
            progress(status.Indexed, status.Messages);
        }
        while (more);
        return await StatusAsync(account, cancellationToken);
    }

    /// <summary>How far the account's index is.</summary>
    public async Task<IndexStatus> StatusAsync(AccountId account, CancellationToken cancellationToken)
    {
        var size = await _store.Search.SizeAsync(account, cancellationToken);
        var messages = await _store.ReadAsync(account, reader => reader.CountMessages(), cancellationToken);
        return new IndexStatus(messages, size.Messages, size.Partial, size.Bytes);
    }

    /// <summary>
    /// Where to go on. An index of another past (the account was restored from a backup, or the index was) is removed
    /// first.
    /// </summary>
    private async Task<IndexMark> MarkAsync(AccountId account, CancellationToken cancellationToken)
    {
        var mark = await _store.Search.MarkAsync(account, cancellationToken);
        if (mark.Last.Value == 0)
            return mark;
        var (modSeq, last) = await _store.ReadAsync(
            account, reader => (reader.Account.ModSeq, reader.Messages([mark.Last], MessageNeeds.Facts)), cancellationToken);
        if (mark.ModSeq <= modSeq
            && (last.Count == 0 || mark.LastObjectId.Length == 0 || string.Equals(last[0].Facts!.ObjectId, mark.LastObjectId, StringComparison.Ordinal)))
            return mark;
        await _store.Search.DeleteAsync(account, cancellationToken);
        return IndexMark.None;
    }

    private async Task<IndexedText> ReadAsync(AccountId account, MessageRow row, CancellationToken cancellationToken)
    {
        var links = ReadOnlyMemory<byte>.Empty;
        try
        {
            await using var content = await _store.OpenAsync(account, row.Id, cancellationToken);
            var raw = await content.ReadAsync(0, content.HeaderSize, cancellationToken);
            links = ThreadLinks.Read(row.Envelope, raw);
            var header = FoldedHeader.Of(raw);
            var body = await BodyText.ReadFoldedAsync(content, row.Structure, cancellationToken);
            if (header.Length + body.Length <= TextAtMost)
                return new IndexedText(row.Id, header, body) { Links = links };
        }
        catch (MailException failure) when (failure.Error is MailError.Damaged or MailError.NoSuchMessage)
        {
            // Verify tells of it; a search that comes to this message meets it as it did before there was an index.
            return new IndexedText(row.Id, default, default, IsWhole: false) { Links = links };
        }

        return new IndexedText(row.Id, default, default, IsWhole: false) { Links = links };
    }
}

/// <param name="Messages">Of the account, those kept for undo among them.</param>
/// <param name="Partial">Too large or unreadable: looked through at each search.</param>
/// <param name="Bytes">On the disk; no quota counts them.</param>
public sealed record IndexStatus(long Messages, long Indexed, long Partial, long Bytes);
