using Casella.Core;

namespace Casella.Storage.Search;

/// <summary>The open indexes, least recently used closed first. An account without a file has no index.</summary>
internal sealed class IndexFiles(Func<AccountId, string> folderOf) : IDisposable
{
    /// <summary>An open index costs up to 8 MB of cache for each connection that is at work.</summary>
    private const int OpenAtMost = 32;

    private readonly Dictionary<AccountId, IndexFile> _open = [];
    private readonly Lock _lock = new();
    private long _clock;

    public bool Exists(AccountId account) => File.Exists(FileOf(account));

    public IndexFile Use(AccountId account)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(account, out var file))
            {
                if (_open.Count >= OpenAtMost)
                    Close(_open.MinBy(open => open.Value.LastUsed).Key);
                _open[account] = file = new IndexFile(FileOf(account));
            }

            file.LastUsed = ++_clock;
            return file;
        }
    }

    /// <summary>Bytes on the disk.</summary>
    public long SizeOf(AccountId account) => Files(account).Where(File.Exists).Sum(file => new FileInfo(file).Length);

    public void Delete(AccountId account)
    {
        lock (_lock)
        {
            Close(account);
            if (Directory.Exists(folderOf(account)))
                foreach (var file in Files(account))
                    File.Delete(file);
        }
    }

    public void Dispose()
    {
        lock (_lock)
            foreach (var account in _open.Keys.ToList())
                Close(account);
    }

    private void Close(AccountId account)
    {
        if (_open.Remove(account, out var file))
            file.Dispose();
    }

    private IEnumerable<string> Files(AccountId account) => [FileOf(account), FileOf(account) + "-wal", FileOf(account) + "-shm"];

    private string FileOf(AccountId account) => Path.Join(folderOf(account), "search.db");
}
