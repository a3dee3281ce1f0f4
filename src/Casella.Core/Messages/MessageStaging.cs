namespace Casella.Core.Messages;

/// <summary>
/// Takes a message from the wire before it is known where it goes: small ones stay in memory, large ones go to a temporary file in the data
/// folder's "staging". Nothing here is durable; the transaction that stores the message is. Used by APPEND, DATA, BDAT, submission.
/// </summary>
public sealed class MessageStaging(StagingOptions options)
{
    public StagingOptions Options => options;

    /// <summary>Opens a stage to write into.</summary>
    public MessageStage Begin() => throw new NotImplementedException();

    /// <summary>Stages bytes that exist already (a DSN, a draft of the webmail).</summary>
    public StagedMessage FromBytes(ReadOnlyMemory<byte> message) => throw new NotImplementedException();
}

/// <param name="Folder">Where large messages wait; emptied at start.</param>
/// <param name="MemoryLimit">Bytes up to which a stage stays in memory.</param>
public sealed record StagingOptions(string Folder, int MemoryLimit = 64 * 1024);

/// <summary>A message being received. Write, then <see cref="CompleteAsync"/>; or dispose, and it is gone.</summary>
public sealed class MessageStage : Stream
{
    /// <summary>Ends the stage and hands its content over.</summary>
    public Task<StagedMessage> CompleteAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotImplementedException();
    public override long Position { get => Length; set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotImplementedException();
    public override void Write(ReadOnlySpan<byte> buffer) => throw new NotImplementedException();
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}

/// <summary>A whole message outside any mailbox: immutable, readable any number of times, one owner who disposes it.</summary>
public sealed class StagedMessage : IAsyncDisposable
{
    public long Size => throw new NotImplementedException();

    /// <summary>The content as one stream from the first byte (prefix included).</summary>
    public Stream OpenRead() => throw new NotImplementedException();

    /// <summary>A view of this message with bytes before it (trace fields: Return-Path, Received). Shares the content; dispose only the original.</summary>
    public StagedMessage WithPrefix(ReadOnlyMemory<byte> prefix) => throw new NotImplementedException();

    /// <summary>A view with the top header replaced (submission: Date and Message-ID added, Bcc removed).</summary>
    public StagedMessage WithHeader(ReadOnlyMemory<byte> header, int oldHeaderSize) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
