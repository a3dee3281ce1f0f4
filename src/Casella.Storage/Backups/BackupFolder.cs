using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Casella.Core.Backups;
using Casella.Storage.Blobs;

namespace Casella.Storage.Backups;

/// <summary>
/// The folder that backups are kept in: pieces/ab/SHA256 holds each content once, lists/NAME says what a backup
/// consists of. A file gets its name only when it is whole and synced; a list gets its only when everything that it names
/// is.
/// </summary>
internal sealed class BackupFolder : IDisposable
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Mark = "casella-backup";
    private const string Unfinished = "unfinished";
    private const string NameFormat = "yyyyMMdd'T'HHmmss'Z'";

    private readonly string _root;
    private readonly FileStream? _lock;
    private readonly HashSet<string> _unsynced = new(StringComparer.Ordinal);

    private BackupFolder(string root, FileStream? fileLock) => (_root, _lock) = (root, fileLock);

    public long WrittenBytes { get; private set; }

    /// <summary>Where a backup puts what it is at work on; emptied before and after.</summary>
    public string Work => Path.Join(_root, "work");

    private string Lists => Path.Join(_root, "lists");

    /// <summary>Opens a folder to add a backup, making it when it is missing.</summary>
    /// <exception cref="BackupException">It has other things in it, or another backup is at work there.</exception>
    public static BackupFolder OpenToWrite(string root)
    {
        if (Directory.Exists(root) && !File.Exists(Path.Join(root, Mark)) && Directory.EnumerateFileSystemEntries(root).Any())
            throw new BackupException($"{root} has other things in it and no backups; name an empty or a new folder.");
        try
        {
            Directory.CreateDirectory(root, FolderMode);
            var held = new FileStream(Path.Join(root, Mark), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var folder = new BackupFolder(root, held);
            folder.Prepare();
            return folder;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{root} cannot be written, or another backup is at work there: {failed.Message}", failed);
        }
    }

    /// <exception cref="BackupException">It is none.</exception>
    public static BackupFolder Open(string root) => File.Exists(Path.Join(root, Mark))
        ? new BackupFolder(root, null)
        : throw new BackupException($"{root} has no backups.");

    public void Dispose() => _lock?.Dispose();

    /// <summary>A name for a backup that begins now: after every other, whatever the clock says.</summary>
    public string NewName(DateTimeOffset now)
    {
        var name = now.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture);
        while (Names() is [.., var last] && string.CompareOrdinal(name, last) <= 0)
            name = DateTime.ParseExact(last, NameFormat, CultureInfo.InvariantCulture).AddSeconds(1).ToString(NameFormat, CultureInfo.InvariantCulture);
        return name;
    }

    /// <summary>The names of the whole backups, oldest first.</summary>
    public IReadOnlyList<string> Names() => Directory.Exists(Lists)
        ? [.. new DirectoryInfo(Lists).EnumerateFiles().Select(file => file.Name).Where(IsName).Order(StringComparer.Ordinal)]
        : [];

    /// <exception cref="BackupException">It is damaged.</exception>
    public BackupList Read(string name)
    {
        var text = ReadFile(Path.Join(Lists, name));
        var line = text.AsSpan().IndexOf((byte)'\n');
        var body = line < 0 ? [] : text[(line + 1)..];
        if (line < 0 || !text.AsSpan(0, line).SequenceEqual(Encoding.ASCII.GetBytes(FirstLine(body))))
            throw new BackupException($"The list of backup {name} is damaged or of a newer casella.");
        return JsonSerializer.Deserialize<BackupList>(body, BackupList.Json)!;
    }

    /// <summary>The backup of a moment: the last that had ended by then, so nothing in it is from after it.</summary>
    /// <param name="at">Null for the newest.</param>
    /// <exception cref="BackupException">There is none.</exception>
    public BackupList Find(DateTimeOffset? at)
    {
        var lists = Names().Reverse().Select(Read);
        return lists.FirstOrDefault(list => at is null || list.FinishedAt <= at)
            ?? throw new BackupException(at is null ? $"{_root} has no whole backup." : $"{_root} has no backup from before that time. See: casella backup list {_root}");
    }

    /// <summary>Makes the backup whole: everything that it names is synced, then its list gets its name.</summary>
    public void Finish(BackupList list)
    {
        foreach (var folder in _unsynced)
            DurableFiles.SyncFolder(folder);
        _unsynced.Clear();
        var body = JsonSerializer.SerializeToUtf8Bytes(list, BackupList.Json);
        WriteFile(Path.Join(Lists, list.Name), [.. Encoding.ASCII.GetBytes(FirstLine(body)), (byte)'\n', .. body]);
        DurableFiles.SyncFolder(Lists);
        File.Delete(Path.Join(_root, Unfinished));
    }

    /// <summary>The backups of these names are no more; their pieces stay.</summary>
    public void DeleteLists(IReadOnlyList<string> names)
    {
        foreach (var name in names)
            File.Delete(Path.Join(Lists, name));
        if (names.Count > 0)
            DurableFiles.SyncFolder(Lists);
    }

    /// <summary>Everything that is kept by its hash, which is its file's name.</summary>
    public IEnumerable<FileInfo> Pieces() => new DirectoryInfo(Path.Join(_root, "pieces")).EnumerateFiles("*", SearchOption.AllDirectories);

    /// <summary>What a backup that was cut had copied; empty when the last came to its end.</summary>
    public UnfinishedList ReadUnfinished()
    {
        var file = Path.Join(_root, Unfinished);
        try
        {
            if (File.Exists(file) && JsonSerializer.Deserialize<UnfinishedList>(File.ReadAllBytes(file), BackupList.Json) is { Mailboxes: not null } list)
                return list;
        }
        catch (JsonException)
        {
            // It only spares work: without it everything is read again.
            File.Delete(file);
        }

        return new UnfinishedList(new Dictionary<long, string>());
    }

    public void WriteUnfinished(UnfinishedList list) =>
        WriteFile(Path.Join(_root, Unfinished), JsonSerializer.SerializeToUtf8Bytes(list, BackupList.Json));

    // ---- pieces

    /// <summary>Where a content is. Immutable; a name that exists is whole.</summary>
    public string PathOf(string sha256) => Path.Join(_root, "pieces", sha256[..2], sha256);

    public bool Has(string sha256, long size)
    {
        var file = new FileInfo(PathOf(sha256));
        return file.Exists && file.Length == size;
    }

    public string Put(ReadOnlySpan<byte> content)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        if (!Has(sha256, content.Length))
            WriteFile(Folder(sha256), content);
        return sha256;
    }

    public MailboxList? TryReadMailbox(string sha256) =>
        File.Exists(PathOf(sha256)) ? JsonSerializer.Deserialize<MailboxList>(ReadFile(PathOf(sha256)), BackupList.Json) : null;

    /// <exception cref="BackupException">It is missing.</exception>
    public MailboxList ReadMailbox(ListedMailbox mailbox) =>
        TryReadMailbox(mailbox.Content) ?? throw new BackupException($"{mailbox.Address}: its list is missing in the backup.");

    /// <summary>Takes a whole file as one content: read once, hashed on the way.</summary>
    /// <returns>Its hash and size.</returns>
    public async Task<ListedBlob> PutFileAsync(string file, string name, CancellationToken cancellationToken)
    {
        var beside = Path.Join(Work, name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        await using (var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0))
        await using (var target = Create(beside))
        {
            var buffer = new byte[256 * 1024];
            while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                size += read;
            }

            target.Flush(flushToDisk: true);
        }

        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (Has(sha256, size))
            File.Delete(beside);
        else
            MoveIn(beside, Folder(sha256), size);
        return new ListedBlob(name, sha256, size);
    }

    // ---- files

    private void Prepare()
    {
        foreach (var folder in (string[])[Lists, Path.Join(_root, "pieces")])
            Directory.CreateDirectory(folder, FolderMode);
        EmptyWork();
        DurableFiles.SyncFolder(_root);
    }

    public void EmptyWork()
    {
        if (Directory.Exists(Work))
            Directory.Delete(Work, recursive: true);
        Directory.CreateDirectory(Work, FolderMode);
    }

    /// <summary>The time that a file written now gets: file times are compared with nothing but file times.</summary>
    public DateTime FileTime()
    {
        var probe = Path.Join(Work, "clock");
        File.WriteAllBytes(probe, [0]);
        File.SetUnixFileMode(probe, FileMode600);
        return File.GetLastWriteTimeUtc(probe);
    }

    private string Folder(string sha256)
    {
        var file = PathOf(sha256);
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, FolderMode);
            _unsynced.Add(Path.GetDirectoryName(folder)!);
        }

        return file;
    }

    private void WriteFile(string file, ReadOnlySpan<byte> content)
    {
        var beside = Path.Join(Work, Path.GetFileName(file) + ".new");
        using (var target = Create(beside))
        {
            target.Write(content);
            target.Flush(flushToDisk: true);
        }

        MoveIn(beside, file, content.Length);
    }

    private void MoveIn(string beside, string file, long size)
    {
        File.Move(beside, file, overwrite: true);
        _unsynced.Add(Path.GetDirectoryName(file)!);
        WrittenBytes += size;
    }

    private static FileStream Create(string file) => new(file, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        BufferSize = 0,
        UnixCreateMode = FileMode600,
    });

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{file} cannot be read: {failed.Message}", failed);
        }
    }

    private static string FirstLine(ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"casella-backup {BackupList.Format} {Convert.ToHexStringLower(SHA256.HashData(body))}");

    private static bool IsName(string name) =>
        DateTime.TryParseExact(name, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
