using System.Globalization;
using System.Text.Json;
using Casella.Core;
using Casella.Core.Backups;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Backups;

/// <summary>
/// Makes one backup: the mailboxes, then the queue and what else is in the data folder, then the directory, then the
/// mailboxes that the directory has and we have not. What is not copied: what can be made anew (full-text indexes), what
/// was never acknowledged (staging), and what belongs to the running process.
/// </summary>
internal sealed class BackupWriter(string data, BackupFolder folder, TimeProvider time, Action<BackupProgress> progress)
{
    private const int PieceSize = 1024 * 1024;

    /// <summary>Mail that is destroyed between the copy of the rows and that of the blobs, so often in a row.</summary>
    private const int AttemptsAtMost = 5;

    private const string Directory = "directory.db";
    private const string SearchIndex = "search.db";

    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "accounts", "blobs", "staging", "casella.lock", "casella.pid", "control.sock", LastBackupFile.Name,
    };

    private readonly Dictionary<long, (string Content, MailboxList List)> _copied = [];
    private readonly List<string> _findings = [];
    private Dictionary<long, string> _before = [];
    private int _unchanged;
    private int _all;

    public async Task<BackupOutcome> RunAsync(string program, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        var last = folder.Names() is [.., var newest] ? folder.Read(newest) : null;
        _before = (last?.Mailboxes ?? []).ToDictionary(mailbox => mailbox.Account, mailbox => mailbox.Content);
        foreach (var (account, content) in folder.ReadUnfinished().Mailboxes)
            _before[account] = content;

        var accounts = Accounts();
        _all = accounts.Count;
        foreach (var account in accounts)
            await CopyMailboxAsync(account, cancellationToken);
        var (queueFiles, queueBlobs) = await CopyQueueAsync(last?.QueueBlobs ?? [], cancellationToken);
        var files = new List<ListedFile>(queueFiles);
        CopyOthers(files);
        var (directory, mailboxes) = await CopyDirectoryAsync(cancellationToken);
        files.Add(directory);

        var list = new BackupList(folder.NewName(startedAt), program, startedAt, time.GetUtcNow(), mailboxes, files, queueBlobs);
        folder.Finish(list);
        folder.EmptyWork();
        return new BackupOutcome(list.Info, _unchanged, folder.WrittenBytes, _findings);
    }

    // ---- mailboxes

    private List<long> Accounts()
    {
        var root = Path.Join(data, "accounts");
        if (!System.IO.Directory.Exists(root))
            return [];
        return [.. System.IO.Directory.EnumerateDirectories(root).SelectMany(System.IO.Directory.EnumerateDirectories)
            .Select(path => long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0).Order()];
    }

    private async Task CopyMailboxAsync(long account, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                if (await TryCopyMailboxAsync(account, cancellationToken) is { } copied)
                    _copied[account] = copied;
                break;
            }
            catch (FileNotFoundException) when (attempt < AttemptsAtMost)
            {
                // A message was destroyed after its row was copied: the rows of now no longer name it.
                continue;
            }
            catch (Exception gone) when (gone is MailException or IOException && !File.Exists(MailFile(account)))
            {
                // Removed while it was copied; the directory, copied last, does not name it.
                break;
            }

        folder.WriteUnfinished(new UnfinishedList(_copied.ToDictionary(pair => pair.Key, pair => pair.Value.Content)));
        progress(new BackupProgress(_copied.Count, Math.Max(_all, _copied.Count), string.Create(CultureInfo.InvariantCulture, $"mailbox {account}"), folder.WrittenBytes));
    }

    private async Task<(string Content, MailboxList List)?> TryCopyMailboxAsync(long account, CancellationToken cancellationToken)
    {
        if (!File.Exists(MailFile(account)))
            return null;
        var home = Path.GetDirectoryName(MailFile(account))!;
        var databases = System.IO.Directory.EnumerateFiles(home, "*.db").Where(file => Path.GetFileName(file) is not SearchIndex).Order(StringComparer.Ordinal).ToList();
        var stamp = DatabaseCopy.Stamp(databases, folder.FileTime());
        var before = _before.TryGetValue(account, out var content) ? folder.TryReadMailbox(content) : null;
        if (before is not null && stamp is not null && string.Equals(stamp, before.Stamp, StringComparison.Ordinal) && HasAll(before))
        {
            _unchanged++;
            return (content!, before);
        }

        var copiedAt = time.GetUtcNow();
        var blobs = new List<string>();
        var files = databases.ConvertAll(file => CopyDatabase(file, Path.GetFileName(file), copy =>
        {
            if (Path.GetFileName(file) is "mail.db")
                blobs = Names(copy, "SELECT blob FROM bodies WHERE blob IS NOT NULL");
        }));
        var space = account.ToString(CultureInfo.InvariantCulture);
        var list = new MailboxList(copiedAt, stamp, files, await CopyBlobsAsync(space, blobs, before?.Blobs ?? [], cancellationToken));
        return (folder.Put(JsonSerializer.SerializeToUtf8Bytes(list, BackupList.Json)), list);
    }

    private bool HasAll(MailboxList list) =>
        list.Databases.All(file => Enumerable.Range(0, file.Pieces.Count).All(i => folder.Has(file.Pieces[i], PieceSizeOf(file, i))))
        && list.Blobs.All(blob => folder.Has(blob.Sha256, blob.Size));

    private string MailFile(long account) => Path.Join(
        data, "accounts", (account % 100).ToString("00", CultureInfo.InvariantCulture), account.ToString(CultureInfo.InvariantCulture), "mail.db");

    /// <exception cref="FileNotFoundException">One has gone meanwhile.</exception>
    private async Task<IReadOnlyList<ListedBlob>> CopyBlobsAsync(
        string space, List<string> names, IReadOnlyList<ListedBlob> before, CancellationToken cancellationToken)
    {
        var known = before.ToDictionary(blob => blob.Name, StringComparer.Ordinal);
        var listed = new List<ListedBlob>(names.Count);
        foreach (var name in names)
        {
            if (known.TryGetValue(name, out var there) && folder.Has(there.Sha256, there.Size))
                listed.Add(there);
            else
                listed.Add(await folder.PutFileAsync(Path.Join(data, "blobs", space, name[^2..], name), name, cancellationToken));
        }

        return listed;
    }

    // ---- queue, keys, directory

    private async Task<(IReadOnlyList<ListedFile> Files, IReadOnlyList<ListedBlob> Blobs)> CopyQueueAsync(
        IReadOnlyList<ListedBlob> before, CancellationToken cancellationToken)
    {
        var queue = Path.Join(data, "queue.db");
        if (!File.Exists(queue))
            return ([], []);
        for (var attempt = 1; ; attempt++)
        {
            List<string> names = [];
            var file = CopyDatabase(queue, "queue.db", copy => names = Names(copy, "SELECT blob FROM messages WHERE blob IS NOT NULL"));
            try
            {
                return ([file], await CopyBlobsAsync("queue", names, before, cancellationToken));
            }
            catch (FileNotFoundException) when (attempt < AttemptsAtMost)
            {
                continue;   // it was delivered meanwhile
            }
        }
    }

    private void CopyOthers(List<ListedFile> files)
    {
        foreach (var entry in new DirectoryInfo(data).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (LeftOut.Contains(entry.Name) || entry.Name is Directory or "queue.db" || entry.Name.StartsWith(RestoreMark.SetAside, StringComparison.Ordinal))
                continue;
            if (entry is DirectoryInfo below)
                foreach (var file in below.EnumerateFiles("*", SearchOption.AllDirectories))
                    CopyOther(file.FullName, files);
            else
                CopyOther(entry.FullName, files);
        }
    }

    /// <summary>A database only by SQLite: whoever closes a file of his own ends the locks that SQLite has on it.</summary>
    private void CopyOther(string file, List<ListedFile> files)
    {
        if (file.EndsWith(".db", StringComparison.Ordinal))
            files.Add(CopyDatabase(file, Path.GetRelativePath(data, file), _ => { }));
        else if (!file.EndsWith(".db-wal", StringComparison.Ordinal) && !file.EndsWith(".db-shm", StringComparison.Ordinal))
            files.Add(CopyFile(file));
    }

    /// <summary>
    /// Last, and again until everybody in it has a mailbox here: persons and devices that the logs name are in it, and a
    /// restored account has its mail.
    /// </summary>
    private async Task<(ListedFile File, IReadOnlyList<ListedMailbox> Mailboxes)> CopyDirectoryAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var rows = new List<(long Account, string Address)>();
            var file = CopyDatabase(Path.Join(data, Directory), Directory, copy =>
            {
                var row = copy["SELECT account_id, address FROM accounts ORDER BY account_id"];
                while (row.Step())
                    rows.Add((row.Long(0), row.Text(1)));
            });
            foreach (var (account, _) in rows.Where(row => !_copied.ContainsKey(row.Account)))
                await CopyMailboxAsync(account, cancellationToken);
            // One that is being made has no file yet; a restored directory forgets it at start, as after a crash.
            if (rows.All(row => _copied.ContainsKey(row.Account)) || attempt == AttemptsAtMost)
                return (file, [.. rows.Where(row => _copied.ContainsKey(row.Account))
                    .Select(row => new ListedMailbox(row.Account, row.Address, _copied[row.Account].Content, _copied[row.Account].List.Bytes))]);
        }
    }

    // ---- files

    private ListedFile CopyDatabase(string file, string path, Action<Database> look)
    {
        var copy = Path.Join(folder.Work, Guid.NewGuid().ToString("N"));
        DatabaseCopy.Take(file, copy);
        using (var database = Database.Open(copy, create: false))
        {
            var rows = database["PRAGMA quick_check(10)"];
            while (rows.Step())
                if (!string.Equals(rows.Text(0), "ok", StringComparison.Ordinal))
                    _findings.Add($"{file}: {rows.Text(0)}");
            look(database);
        }

        var listed = InPieces(copy, path);
        foreach (var left in (string[])[copy, copy + "-wal", copy + "-shm"])
            File.Delete(left);
        return listed;
    }

    private ListedFile CopyFile(string file) => InPieces(file, Path.GetRelativePath(data, file));

    private ListedFile InPieces(string file, string path)
    {
        using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        var pieces = new List<string>();
        var buffer = new byte[PieceSize];
        long size = 0;
        while (source.ReadAtLeast(buffer, PieceSize, throwOnEndOfStream: false) is > 0 and var read)
        {
            pieces.Add(folder.Put(buffer.AsSpan(0, read)));
            size += read;
        }

        return new ListedFile(path, size, pieces);
    }

    internal static long PieceSizeOf(ListedFile file, int piece) => Math.Min(PieceSize, file.Size - ((long)piece * PieceSize));

    private static List<string> Names(Database database, string sql)
    {
        var names = new List<string>();
        var rows = database[sql];
        while (rows.Step())
            names.Add(rows.Text(0));
        return names;
    }
}
