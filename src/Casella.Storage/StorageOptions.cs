namespace Casella.Storage;

/// <summary>How the store keeps mail. Bound from <c>Storage</c>.</summary>
public sealed record StorageOptions
{
    /// <summary>
    /// Mailbox accounts whose files stay open. An open account costs 0.2 MB to 2 MB of cache; opening one costs less
    /// than a millisecond.
    /// </summary>
    public int OpenAccounts { get; init; } = 500;

    /// <summary>
    /// Threads that commit. Commits wait for the disk, not for the processor, so a few more than processors let several
    /// accounts share the disk's queue.
    /// </summary>
    public int WriterThreads { get; init; } = 8;

    /// <summary>
    /// Threads that read. SQLite's calls block, so reads have threads of their own and never take those of the
    /// sessions.
    /// </summary>
    public int ReaderThreads { get; init; } = Math.Max(4, Environment.ProcessorCount * 2);

    /// <summary>
    /// Bytes up to which a message lives in the account's file, so that one fsync covers its row and its body. Larger
    /// ones are files of their own.
    /// </summary>
    public int InlineLimit { get; init; } = 64 * 1024;
}
