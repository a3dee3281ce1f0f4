using System.Security.Cryptography;
using System.Text.Json;
using Casella.Core.Backups;

namespace Casella.Storage.Backups;

/// <summary>Reads every content that backups name, each once, and compares it with its hash.</summary>
internal sealed class BackupVerification(BackupFolder folder, Action<BackupProgress> progress)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _findings = [];
    private long _bytes;

    public async Task<BackupCheck> RunAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var name in names)
        {
            await CheckAsync(name, cancellationToken);
            progress(new BackupProgress(++done, names.Count, name, _bytes));
        }

        return new BackupCheck(names.Count, _seen.Count, _bytes, _findings);
    }

    private async Task CheckAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var list = folder.Read(name);
            foreach (var file in list.Files)
                await CheckFileAsync(name, file, cancellationToken);
            foreach (var blob in list.QueueBlobs)
                await CheckPieceAsync($"{name}: queue, {blob.Name}", blob.Sha256, blob.Size, cancellationToken);
            foreach (var mailbox in list.Mailboxes)
                await CheckMailboxAsync(name, mailbox, cancellationToken);
        }
        catch (BackupException damaged)
        {
            _findings.Add(damaged.Message);
        }
    }

    private async Task CheckMailboxAsync(string name, ListedMailbox mailbox, CancellationToken cancellationToken)
    {
        if (_seen.Contains(mailbox.Content))
            return;
        var where = $"{name}: {mailbox.Address}";
        if (!await CheckPieceAsync(where, mailbox.Content, null, cancellationToken))
            return;
        try
        {
            var list = folder.ReadMailbox(mailbox);
            foreach (var file in list.Databases)
                await CheckFileAsync(where, file, cancellationToken);
            foreach (var blob in list.Blobs)
                await CheckPieceAsync($"{where}, {blob.Name}", blob.Sha256, blob.Size, cancellationToken);
        }
        catch (JsonException damaged)
        {
            _findings.Add($"{where}: its list cannot be read: {damaged.Message}");
        }
    }

    private async Task CheckFileAsync(string where, ListedFile file, CancellationToken cancellationToken)
    {
        for (var i = 0; i < file.Pieces.Count; i++)
            await CheckPieceAsync($"{where}, {file.Path}", file.Pieces[i], BackupWriter.PieceSizeOf(file, i), cancellationToken);
    }

    private async Task<bool> CheckPieceAsync(string where, string sha256, long? size, CancellationToken cancellationToken)
    {
        if (!_seen.Add(sha256))
            return true;
        try
        {
            await using var content = new FileStream(folder.PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read, 256 * 1024);
            _bytes += content.Length;
            var isRight = (size is null || content.Length == size)
                && string.Equals(Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)), sha256, StringComparison.Ordinal);
            if (!isRight)
                SetAside(where, sha256);
            return isRight;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            _findings.Add($"{where}: {sha256} cannot be read: {failed.Message}");
            return false;
        }
    }

    /// <summary>Out of the way, so that the next backup copies this content again.</summary>
    private void SetAside(string where, string sha256)
    {
        var file = folder.PathOf(sha256);
        _findings.Add($"{where}: {sha256} is damaged and was set aside as {file}.damaged");
        File.Move(file, file + ".damaged", overwrite: true);
    }
}
