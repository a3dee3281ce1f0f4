using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Blobs;

namespace Casella.Storage.Backups;

/// <summary>The large bodies of one mailbox in a backup, where they are: nothing is copied to read them.</summary>
internal sealed class BackedUpBlobs(BackupFolder folder, MailboxList list) : IBlobStore
{
    private readonly Dictionary<string, ListedBlob> _blobs = list.Blobs.ToDictionary(blob => blob.Name, StringComparer.Ordinal);

    public Task<IBlob> OpenAsync(string space, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IBlob>(BlobFile.Open(
            _blobs.TryGetValue(name, out var blob) ? folder.PathOf(blob.Sha256) : throw new MailException(MailError.Damaged, $"the backup lacks blob {name}")));
    }

    public async IAsyncEnumerable<(string Name, DateTimeOffset WrittenAt)> ListAsync(
        string space, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var name in _blobs.Keys)
            yield return (name, list.CopiedAt);
    }

    public Task<string> WriteAsync(string space, Stream content, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<string> LinkAsync(string fromSpace, string name, string toSpace, CancellationToken cancellationToken) => throw ReadOnly();

    public Task DeleteAsync(string space, string name, CancellationToken cancellationToken) => throw ReadOnly();

    public Task DeleteSpaceAsync(string space, CancellationToken cancellationToken) => throw ReadOnly();

    private static MailException ReadOnly() => new(MailError.Unavailable, "a backup is only read");
}
