using System.Globalization;
using Casella.Core;
using Microsoft.Extensions.Logging;

namespace Casella.Storage.Sqlite;

/// <summary>The open accounts, least recently used closed first. Knows where an account's file is.</summary>
internal sealed class AccountFiles(StorageFolder folder, StorageOptions options, WorkerThreads writers, ILogger logger) : IDisposable
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Whoever is at work in an account that is to be mended has so long to come to an end.</summary>
    private static readonly TimeSpan PatienceWithOthers = TimeSpan.FromSeconds(30);

    private readonly Dictionary<AccountId, AccountFile> _open = [];
    private readonly HashSet<AccountId> _held = [];
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
            if (_held.Contains(account))
                throw new MailException(MailError.Unavailable, "the mailbox is being repaired; try again in a moment");
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

    /// <summary>Runs work on an account's folder while nobody has the account open; who comes meanwhile is sent away.</summary>
    /// <exception cref="MailException">Unavailable: somebody does not come to an end, or is mending it already.</exception>
    public async Task<T> ExclusivelyAsync<T>(AccountId account, Func<string, Task<T>> work, CancellationToken cancellationToken)
    {
        lock (_lock)
            if (_closed || !_held.Add(account))
                throw new MailException(MailError.Unavailable, "the mailbox is being repaired already");
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(PatienceWithOthers);
            while (!TryClose(account))
                await Task.Delay(10, patience.Token);
            return await work(FolderOf(account));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailException(MailError.Unavailable, "somebody is at work in the mailbox and does not come to an end");
        }
        finally
        {
            lock (_lock)
                _held.Remove(account);
        }
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

    private bool TryClose(AccountId account)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(account, out var file))
                return true;
            if (file.IsBusy)
                return false;
            _open.Remove(account);
            file.Dispose();
            return true;
        }
    }

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
