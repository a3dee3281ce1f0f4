using System.Globalization;
using Casella.Core;
using Casella.Core.Backups;
using Casella.Core.Storage;
using Casella.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Casella.Storage.Backups;

/// <summary>
/// One mailbox of a backup, opened with the store's own reading: its databases are put together in a folder that goes
/// with it, its blobs are read where the backup has them.
/// </summary>
internal sealed class BackedUpMailbox : IBackedUpMailbox
{
    private static readonly StorageOptions Small = new() { OpenAccounts = 1, WriterThreads = 1, ReaderThreads = 1 };

    private readonly BackupFolder _folder;
    private readonly MailboxList _content;
    private readonly string _place;

    private BackedUpMailbox((BackupFolder Folder, MailboxList Content) source, string place, BackupInfo backup, AccountId account, IMailStore store) =>
        (_folder, _content, _place, Backup, Account, Store) = (source.Folder, source.Content, place, backup, account, store);

    public BackupInfo Backup { get; }
    public AccountId Account { get; }
    public IMailStore Store { get; }

    /// <param name="place">Where the databases may lie meanwhile.</param>
    public static BackedUpMailbox Open(
        BackupFolder folder, (BackupList List, ListedMailbox Mailbox) what, string place, TimeProvider time, ILogger<SqliteMailStore> logger)
    {
        var (list, mailbox) = what;
        var content = folder.ReadMailbox(mailbox);
        var home = Path.Join(
            place, "accounts", (mailbox.Account % 100).ToString("00", CultureInfo.InvariantCulture), mailbox.Account.ToString(CultureInfo.InvariantCulture));
        try
        {
            foreach (var file in content.Databases)
                RestoredFiles.Write(folder, file, Path.Join(home, file.Path));
            var store = new SqliteMailStore(new StorageFolder(place), Small, new BackedUpBlobs(folder, content), time, logger);
            return new BackedUpMailbox((folder, content), place, list.Info, new AccountId(mailbox.Account), store);
        }
        catch
        {
            RestoredFiles.Remove(place);
            throw;
        }
    }

    /// <summary>Writes the mailbox's own file, and those of its large bodies that are missing.</summary>
    /// <exception cref="BackupException">The backup is damaged.</exception>
    public async Task WriteToAsync(string file, Func<string, string> blobPath, CancellationToken cancellationToken)
    {
        RestoredFiles.Write(_folder, _content.Databases.Single(database => database.Path is "mail.db"), file);
        foreach (var blob in _content.Blobs.Where(blob => !File.Exists(blobPath(blob.Name))))
            await RestoredFiles.WriteAsync(_folder, blob, blobPath(blob.Name), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
        RestoredFiles.Remove(_place);
    }
}
