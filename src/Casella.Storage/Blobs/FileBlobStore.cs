using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Casella.Core;
using Casella.Core.Storage;

namespace Casella.Storage.Blobs;

/// <summary>
/// Blobs as files: DATA/blobs/SPACE/ab/NAME, immutable once renamed into place. Durable on return: file and folder are
/// fsynced.
/// </summary>
internal sealed class FileBlobStore(string folder, TimeProvider time) : IBlobStore
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int NameBytes = 16;
    private const int NameLength = 2 * NameBytes;

    /// <summary>Behind the name of what is being written; what a crash leaves of it goes in the sweep.</summary>
    private const string Unfinished = ".new";

    public async Task<string> WriteAsync(string space, Stream content, CancellationToken cancellationToken)
    {
        var name = NewName();
        var file = PathOf(space, name);
        try
        {
            MakeFolder(space, name);
            var beside = file + Unfinished;
            await BlobFile.WriteAsync(beside, content, cancellationToken);
            File.Move(beside, file);
            DurableFiles.SyncFolder(Path.GetDirectoryName(file)!);
            return name;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new MailException(MailError.Unavailable, $"writing blob {space}/{name}", failed);
        }
    }

    public Task<IBlob> OpenAsync(string space, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IBlob>(BlobFile.Open(PathOf(space, name)));
    }

    /// <summary>
    /// A hard link: the same bytes under another name, without writing them again. Where links are not possible the
    /// bytes are copied.
    /// </summary>
    public async Task<string> LinkAsync(string fromSpace, string name, string toSpace, CancellationToken cancellationToken)
    {
        var target = NewName();
        var file = PathOf(toSpace, target);
        MakeFolder(toSpace, target);
        if (DurableFiles.TryLink(PathOf(fromSpace, name), file))
        {
            DurableFiles.SyncFolder(Path.GetDirectoryName(file)!);
            return target;
        }

        await using var blob = await OpenAsync(fromSpace, name, cancellationToken);
        await using var content = new BlobStream(blob);
        return await WriteAsync(toSpace, content, cancellationToken);
    }

    public Task DeleteAsync(string space, string name, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(space, name));
            return Task.CompletedTask;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new MailException(MailError.Unavailable, $"deleting blob {space}/{name}", failed);
        }
    }

    public async IAsyncEnumerable<(string Name, DateTimeOffset WrittenAt)> ListAsync(
        string space, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var root = Path.Join(folder, space);
        if (!Directory.Exists(root))
            yield break;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // What somebody else has put here is not ours to delete.
            if (file.Name.Length == NameLength || (file.Name.Length == NameLength + Unfinished.Length && file.Name.EndsWith(Unfinished, StringComparison.Ordinal)))
                yield return (file.Name, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }
    }

    public Task DeleteSpaceAsync(string space, CancellationToken cancellationToken)
    {
        var root = Path.Join(folder, space);
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The clock's second, so that names sort by age, and 96 random bits.</summary>
    private string NewName() =>
        $"{time.GetUtcNow().ToUnixTimeSeconds():x8}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes - 4))}";

    private string PathOf(string space, string name) => Path.Join(folder, space, LeafOf(name), name);

    private static string LeafOf(string name) => name[(NameLength - 2)..NameLength];

    private void MakeFolder(string space, string name)
    {
        var leaf = Path.Join(folder, space, LeafOf(name));
        if (Directory.Exists(leaf))
            return;
        Directory.CreateDirectory(leaf, FolderMode);
        DurableFiles.SyncFolder(Path.Join(folder, space));
        DurableFiles.SyncFolder(folder);
    }
}
