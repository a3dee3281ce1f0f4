namespace Casella.Core.Storage;

/// <summary>
/// Immutable large bodies outside the database, one namespace per account (and one for the queue). Files here: files;
/// later also S3. A blob is durable (write, fsync, fsync of its directory) before any row names it.
/// </summary>
internal interface IBlobStore
{
    /// <summary>Writes a blob from a stream and makes it durable.</summary>
    /// <param name="space">Namespace: the account's number or "queue".</param>
    /// <returns>Its name within the namespace, unguessable, never re-used.</returns>
    Task<string> WriteAsync(string space, Stream content, CancellationToken cancellationToken);

    /// <summary>Opens a blob for random access to its original (uncompressed) bytes.</summary>
    /// <exception cref="MailException">Damaged when it is missing or its checksum does not match.</exception>
    Task<IBlob> OpenAsync(string space, string name, CancellationToken cancellationToken);

    /// <summary>
    /// The same content in another namespace without writing it again where the medium can (hard link); durable on
    /// return.
    /// </summary>
    Task<string> LinkAsync(string fromSpace, string name, string toSpace, CancellationToken cancellationToken);

    Task DeleteAsync(string space, string name, CancellationToken cancellationToken);

    /// <summary>Names with the time they were written, for the sweep.</summary>
    IAsyncEnumerable<(string Name, DateTimeOffset WrittenAt)> ListAsync(string space, CancellationToken cancellationToken);
    Task DeleteSpaceAsync(string space, CancellationToken cancellationToken);
}

/// <summary>An open blob.</summary>
internal interface IBlob : IAsyncDisposable
{
    long Size { get; }

    /// <summary>Reads up to the buffer's length at an offset; 0 at the end.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}
