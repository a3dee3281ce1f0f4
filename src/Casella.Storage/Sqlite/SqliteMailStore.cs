using System.Globalization;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Core.Storage;
using Casella.Storage.Backups;
using Casella.Storage.Bodies;
using Casella.Storage.Repairs;
using Casella.Storage.Search;
using Casella.Storage.Sql;
using Microsoft.Extensions.Logging;

namespace Casella.Storage.Sqlite;

/// <summary>
/// The mail store of architecture §3: one SQLite file per account, group commits, bodies inline or as blobs.
/// </summary>
internal sealed class SqliteMailStore : IMailStore
{
    private readonly IBlobStore _blobs;
    private readonly BodyPreparation _bodies;
    private readonly WorkerThreads _writers;
    private readonly WorkerThreads _readers;
    private readonly AccountFiles _accounts;
    private readonly SqliteSearchIndex _search;
    private readonly TimeProvider _time;

    public SqliteMailStore(StorageFolder folder, StorageOptions options, IBlobStore blobs, TimeProvider time, ILogger<SqliteMailStore> logger)
    {
        (_blobs, _time) = (blobs, time);
        _bodies = new BodyPreparation(blobs, options.InlineLimit);
        _writers = new WorkerThreads("mail writer", options.WriterThreads);
        _readers = new WorkerThreads("mail reader", options.ReaderThreads);
        _accounts = new AccountFiles(folder, options, _writers, logger);
        _search = new SqliteSearchIndex(_accounts.FolderOf, logger);
    }

    public ISearchIndex Search => _search;

    public async Task CreateAsync(AccountId account, Action<IMailTransaction> work, CancellationToken cancellationToken)
    {
        await _readers.RunAsync(() => { _accounts.Create(account); return true; }, cancellationToken);
        await WriteAsync(account, transaction => { work(transaction); return true; }, null, cancellationToken);
    }

    public async Task DeleteAsync(AccountId account, CancellationToken cancellationToken)
    {
        await _search.DeleteAsync(account, cancellationToken);
        await _readers.RunAsync(() => { _accounts.Delete(account); return true; }, cancellationToken);
        await _blobs.DeleteSpaceAsync(SpaceOf(account), cancellationToken);
    }

    public Task<T> WriteAsync<T>(
        AccountId account, Func<IMailTransaction, T> work, Action<T>? committed, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        var file = _accounts.Use(account);
        try
        {
            return file.WriteAsync(work, committed);
        }
        finally
        {
            file.EndUse();   // the unit itself keeps the file open until it is done
        }
    }

    public Task<T> ReadAsync<T>(AccountId account, Func<IMailReader, T> query, CancellationToken cancellationToken) =>
        _readers.RunAsync(() => Read(account, query), cancellationToken);

    public async Task<PreparedBody> PrepareAsync(
        AccountId account, StagedMessage message, int headerSize, CancellationToken cancellationToken) =>
        await _bodies.PrepareAsync(SpaceOf(account), message, headerSize, cancellationToken);

    public async Task<MessageContent> OpenAsync(AccountId account, EmailId message, CancellationToken cancellationToken) =>
        await (await OpenAsync(account, [message], cancellationToken))[0];

    public async Task<IReadOnlyList<Task<MessageContent>>> OpenAsync(
        AccountId account, IReadOnlyList<EmailId> messages, CancellationToken cancellationToken)
    {
        var bodies = await ReadDatabaseAsync(
            account, database => messages.Select(message => BodyRow.Read(database, account, message)).ToList(), cancellationToken);
        return bodies.ConvertAll(body => OpenAsync(account, body, cancellationToken));
    }

    public Task<AccountFindings> VerifyAsync(AccountId account, Action<string> finding, CancellationToken cancellationToken) =>
        new Verification(this, _blobs, account, SpaceOf(account), finding).RunAsync(cancellationToken);

    public Task<MendedAccount> MendAsync(
        AccountId account, IBackedUpMailbox? backup, Func<Task> alone, CancellationToken cancellationToken) =>
        _accounts.ExclusivelyAsync(
            account,
            async home =>
            {
                await alone();
                // Off the caller's thread: SQLite and the disk block.
                return await Task.Run(
                    () => new AccountRepair(account, home, _blobs, _time).RunAsync((BackedUpMailbox?)backup, cancellationToken), cancellationToken);
            },
            cancellationToken);

    public async Task<MessageContent> OpenStrayAsync(AccountId account, StrayMessage stray, CancellationToken cancellationToken)
    {
        var body = stray.Blob is { } blob
            ? new BodyRow(blob, 0, null, blob)
            : await ReadDatabaseAsync(account, database => BodyRow.ReadStray(database, account, stray.Email), cancellationToken);
        return await OpenAsync(account, body, cancellationToken);
    }

    public async Task EraseAsync(AccountId account, IReadOnlyList<string> blobs, CancellationToken cancellationToken)
    {
        foreach (var blob in blobs)
            await _blobs.DeleteAsync(SpaceOf(account), blob, cancellationToken);
    }

    public async Task<int> SweepAsync(AccountId account, TimeSpan grace, CancellationToken cancellationToken)
    {
        var before = _time.GetUtcNow() - grace;
        var old = new List<string>();
        await foreach (var (name, writtenAt) in _blobs.ListAsync(SpaceOf(account), cancellationToken))
            if (writtenAt < before)
                old.Add(name);
        if (old.Count == 0)
            return 0;
        // Listed first, asked second: a blob that got its row in between is found here, and none older than the grace
        // time can still get one.
        var named = await BlobNamesAsync(account, cancellationToken);
        var orphans = old.Where(name => !named.ContainsKey(name)).ToList();
        foreach (var name in orphans)
            await _blobs.DeleteAsync(SpaceOf(account), name, cancellationToken);
        return orphans.Count;
    }

    public ValueTask DisposeAsync()
    {
        _writers.Dispose();
        _readers.Dispose();
        _search.Dispose();
        _accounts.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Task<Dictionary<string, long>> BlobNamesAsync(AccountId account, CancellationToken cancellationToken) =>
        ReadDatabaseAsync(
            account,
            database =>
            {
                var names = new Dictionary<string, long>(StringComparer.Ordinal);
                var rows = database[MailStatements.BlobsOfMessages].Bind(account.Value);
                while (rows.Step())
                    names[rows.Text(1)] = rows.Long(0);
                return names;
            },
            cancellationToken);

    /// <summary>A query that is only the store's own (verification, sweep).</summary>
    internal Task<T> ReadDatabaseAsync<T>(AccountId account, Func<Database, T> query, CancellationToken cancellationToken) =>
        ReadAsync(account, reader => query(((MailReader)reader).Connection), cancellationToken);

    internal static string SpaceOf(AccountId account) => account.Value.ToString(CultureInfo.InvariantCulture);

    private T Read<T>(AccountId account, Func<IMailReader, T> query)
    {
        var file = _accounts.Use(account);
        try
        {
            return file.Read(query);
        }
        finally
        {
            file.EndUse();
        }
    }

    private async Task<MessageContent> OpenAsync(AccountId account, BodyRow body, CancellationToken cancellationToken) => body switch
    {
        { Inline: { } inline } => new InlineContent(inline),
        { Blob: { } blob } => new BlobContent(await _blobs.OpenAsync(SpaceOf(account), blob, cancellationToken), body.HeaderSize),
        _ => throw new MailException(MailError.NoSuchMessage, body.Name),
    };
}
