using System.Globalization;
using Casella.Core;
using Microsoft.Extensions.Logging;

namespace Casella.Storage.Sqlite;

/// <summary>The open accounts, least recently used closed first. Knows where an account's file is.</summary>
internal sealed class AccountFiles(StorageFolder folder, StorageOptions options, WorkerThreads writers, ILogger logger) : IDisposable
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Dictionary<AccountId, AccountFile> _open = [];
    private readonly Lock _lock = new();
    private long _clock;
    private bool _closed;

    /// <summary>accounts/ab/ID: a thousand mailboxes do not make one folder of a thousand.</summary>
    public string FolderOf(AccountId account) => Path.Join(
        folder.Root, "accounts",
        (account.Value % 100).ToString("00", CultureInfo.InvariantCulture),
        account.Value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The open account, opened if need be; the caller ends its use.</summary>
    /// <exception cref="MailException">Unavailable, Damaged, NoSuchAddress.</exception>
    public AccountFile Use(AccountId account)
    {
        lock (_lock)
        {
            if (_closed)
                throw new MailException(MailError.Unavailable, "the store is closed");
            if (!_open.TryGetValue(account, out var file))
            {
                file = new AccountFile(account, FileOf(account), writers, logger);
                file.Open();
                CloseIdle();
                _open[account] = file;
            }

            file.LastUsed = ++_clock;
            file.BeginUse();
            return file;
        }
    }

    public void Create(AccountId account)
    {
        Directory.CreateDirectory(FolderOf(account), FolderMode);
        using var file = new AccountFile(account, FileOf(account), writers, logger);
        file.Create();
    }

    /// <summary>Closes an account and deletes its folder. Its sessions have been ended by the caller.</summary>
    public void Delete(AccountId account)
    {
        lock (_lock)
        {
            if (_open.Remove(account, out var file))
                file.Dispose();
            if (Directory.Exists(FolderOf(account)))
                Directory.Delete(FolderOf(account), recursive: true);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var file in _open.Values)
                file.Dispose();
            _open.Clear();
        }
    }

    private string FileOf(AccountId account) => Path.Join(FolderOf(account), "mail.db");

    private void CloseIdle()
    {
        if (_open.Count < options.OpenAccounts)
            return;
        var oldest = _open.Values.Where(file => !file.IsBusy).MinBy(file => file.LastUsed);
        if (oldest is null)
            return;
        _open.Remove(oldest.Account);
        oldest.Dispose();
    }
}
