using System.Security.Cryptography;
using Casella.Core.Backups;
using Casella.Storage.Blobs;

namespace Casella.Storage.Backups;

/// <summary>Writes what a backup has as files again; every byte is compared with its hash on the way.</summary>
internal static class RestoredFiles
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="BackupException">A piece is missing or damaged.</exception>
    public static void Write(BackupFolder folder, ListedFile file, string target)
    {
        using var written = Create(target);
        for (var i = 0; i < file.Pieces.Count; i++)
            written.Write(Read(folder, file.Pieces[i], BackupWriter.PieceSizeOf(file, i)));
        written.Flush(flushToDisk: true);
    }

    /// <exception cref="BackupException">It is missing or damaged.</exception>
    public static async Task WriteAsync(BackupFolder folder, ListedBlob blob, string target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var written = Create(target);
        try
        {
            await using var source = File.OpenRead(folder.PathOf(blob.Sha256));
            var buffer = new byte[256 * 1024];
            while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                await written.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch (FileNotFoundException missing)
        {
            throw new BackupException($"The backup lacks {blob.Sha256}.", missing);
        }

        if (!string.Equals(Convert.ToHexStringLower(hash.GetHashAndReset()), blob.Sha256, StringComparison.Ordinal))
            throw Damaged(blob.Sha256);
        written.Flush(flushToDisk: true);
    }

    public static void Remove(string place)
    {
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
    }

    /// <summary>The names in a folder and in all below it survive a power cut.</summary>
    public static void Sync(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
            DurableFiles.SyncFolder(folder);
        DurableFiles.SyncFolder(root);
    }

    private static FileStream Create(string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!, FolderMode);
        return new FileStream(target, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private static byte[] Read(BackupFolder folder, string sha256, long size)
    {
        byte[] piece;
        try
        {
            piece = File.ReadAllBytes(folder.PathOf(sha256));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The backup lacks {sha256}: {failed.Message}", failed);
        }

        return piece.Length == size && string.Equals(Convert.ToHexStringLower(SHA256.HashData(piece)), sha256, StringComparison.Ordinal)
            ? piece
            : throw Damaged(sha256);
    }

    private static BackupException Damaged(string sha256) => new($"{sha256} in the backup is damaged. See: casella backup verify");
}
