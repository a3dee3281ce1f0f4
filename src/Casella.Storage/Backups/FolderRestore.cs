using System.Globalization;
using Casella.Core.Backups;
using Casella.Storage.Blobs;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Backups;

/// <summary>
/// Puts a whole backup into a data folder that nobody serves. What was in it moves into a folder beside the new data
/// and is never deleted here. A restore that is cut leaves its mark, which keeps every program from serving a half-made
/// folder; the same restore again takes up from there.
/// </summary>
internal sealed class FolderRestore(string data, BackupFolder folder, TimeProvider time, Action<BackupProgress> progress)
{
    private const string Moving = "moving ";
    private const string Writing = "writing ";

    /// <summary>What belongs to the running process, and what earlier restores have set aside.</summary>
    private static bool IsOurs(string name) =>
        name is "casella.lock" or "casella.pid" or "control.sock" or RestoreMark.FileName
        || name.StartsWith(RestoreMark.SetAside, StringComparison.Ordinal);

    public async Task<BackupInfo> RunAsync(BackupList list, RestoreAll request, CancellationToken cancellationToken)
    {
        ClearPlace(request.Replace);
        var done = 0;
        foreach (var file in list.Files)
            RestoredFiles.Write(folder, file, Path.Join(data, file.Path));
        foreach (var blob in list.QueueBlobs)
            await RestoredFiles.WriteAsync(folder, blob, BlobPath("queue", blob.Name), cancellationToken);
        foreach (var mailbox in list.Mailboxes)
        {
            await RestoreMailboxAsync(mailbox, request.KeepUids, cancellationToken);
            progress(new BackupProgress(++done, list.Mailboxes.Count, mailbox.Address, mailbox.Bytes));
        }

        if (!request.WithQueue)
            EmptyQueue(list);
        RestoredFiles.Sync(data);
        File.Delete(Mark);
        DurableFiles.SyncFolder(data);
        return list.Info;
    }

    private string Mark => Path.Join(data, RestoreMark.FileName);

    private void ClearPlace(bool replace)
    {
        var before = File.Exists(Mark) ? File.ReadAllText(Mark) : null;
        if (before is not null && before.StartsWith(Writing, StringComparison.Ordinal))
        {
            // Only what the restore that was cut has written.
            foreach (var entry in Entries())
                Delete(entry);
            return;
        }

        if (before is null && !replace && Entries().Any())
            throw new BackupException($"{data} has data. Restore into an empty folder (--data), or say --replace: what is there now is set aside.");
        var place = before?[Moving.Length..] ?? RestoreMark.SetAside + time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        WriteMark(Moving + place);
        foreach (var entry in Entries().ToList())
            MoveAside(entry, Path.Join(data, place));
        WriteMark(Writing + place);
    }

    private IEnumerable<FileSystemInfo> Entries() => new DirectoryInfo(data).EnumerateFileSystemInfos().Where(entry => !IsOurs(entry.Name));

    private static void MoveAside(FileSystemInfo entry, string place)
    {
        Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (entry is DirectoryInfo)
            Directory.Move(entry.FullName, Path.Join(place, entry.Name));
        else
            File.Move(entry.FullName, Path.Join(place, entry.Name));
    }

    private static void Delete(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo below)
            below.Delete(recursive: true);
        else
            entry.Delete();
    }

    private void WriteMark(string text)
    {
        using (var mark = new FileStream(Mark, FileMode.Create, FileAccess.Write))
        {
            mark.Write(System.Text.Encoding.UTF8.GetBytes(text));
            mark.Flush(flushToDisk: true);
        }

        DurableFiles.SyncFolder(data);
    }

    private async Task RestoreMailboxAsync(ListedMailbox mailbox, bool keepUids, CancellationToken cancellationToken)
    {
        var content = folder.ReadMailbox(mailbox);
        var account = mailbox.Account.ToString(CultureInfo.InvariantCulture);
        var home = Path.Join(data, "accounts", (mailbox.Account % 100).ToString("00", CultureInfo.InvariantCulture), account);
        foreach (var file in content.Databases)
            RestoredFiles.Write(folder, file, Path.Join(home, file.Path));
        foreach (var blob in content.Blobs)
            await RestoredFiles.WriteAsync(folder, blob, BlobPath(account, blob.Name), cancellationToken);
        if (!keepUids)
            NewUidValidities.Give(Path.Join(home, "mail.db"), time.GetUtcNow());
    }

    /// <summary>Mail that waited when the backup was made has most likely gone out since.</summary>
    private void EmptyQueue(BackupList list)
    {
        using (var queue = Database.Open(Path.Join(data, "queue.db"), create: false))
            queue.Execute("DELETE FROM recipients; DELETE FROM messages;");
        foreach (var blob in list.QueueBlobs)
            File.Delete(BlobPath("queue", blob.Name));
    }

    private string BlobPath(string space, string name) => Path.Join(data, "blobs", space, name[^2..], name);
}
