namespace Casella.Core.Messages;

/// <summary>
/// Takes a message from the wire before it is known where it goes: small ones stay in memory, large ones go to a
/// temporary file in the data folder's "staging". Nothing here is durable; the transaction that stores the message is.
/// Used by APPEND, DATA, BDAT, submission.
/// </summary>
public sealed class MessageStaging
{
    public MessageStaging(StagingOptions options)
    {
        Options = options;
        System.IO.Directory.CreateDirectory(
            options.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // What a killed process left: nothing in it was ever acknowledged.
        foreach (var left in System.IO.Directory.EnumerateFiles(options.Folder, "*.stage"))
            File.Delete(left);
    }

    public StagingOptions Options { get; }

    /// <summary>Opens a stage to write into.</summary>
    public MessageStage Begin() => new(Options);

    /// <summary>Stages what is stored already, to store it once more elsewhere.</summary>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public async Task<StagedMessage> CopyAsync(MessageContent content, CancellationToken cancellationToken)
    {
        const int Piece = 128 * 1024;
        await using var stage = Begin();
        for (long at = 0; at < content.Size; at += Piece)
            await stage.WriteAsync(await content.ReadAsync(at, Piece, cancellationToken), cancellationToken);
        return await stage.CompleteAsync(cancellationToken);
    }

    /// <summary>Stages bytes that exist already (a DSN, a draft of the webmail).</summary>
    public static StagedMessage FromBytes(ReadOnlyMemory<byte> message) => new([new StagedPiece.Bytes(message)], null);
}

/// <param name="Folder">Where large messages wait; emptied at start.</param>
/// <param name="MemoryLimit">Bytes up to which a stage stays in memory.</param>
public sealed record StagingOptions(string Folder, int MemoryLimit = 64 * 1024);

/// <summary>A message being received. Write, then <see cref="CompleteAsync"/>; or dispose, and it is gone.</summary>
public sealed class MessageStage(StagingOptions options) : Stream
{
    private const int FirstBuffer = 4 * 1024;

    private byte[] _memory = new byte[FirstBuffer];
    private int _inMemory;
    private FileStream? _file;
    private bool _completed;
    private Exception? _failure;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => _file?.Length ?? _inMemory;
    public override long Position { get => Length; set => throw new NotSupportedException(); }

    /// <summary>Ends the stage and hands its content over.</summary>
    /// <exception cref="MailException">Unavailable: the disk did not take it.</exception>
    public async Task<StagedMessage> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_file is not null && _failure is null)
            await TryAsync(_file.FlushAsync(cancellationToken));
        if (_failure is not null)
            throw new MailException(MailError.Unavailable, "a message could not be staged", _failure);
        _completed = true;
        if (_file is null)
            return new StagedMessage([new StagedPiece.Bytes(_memory.AsMemory(0, _inMemory))], null);
        var (name, length) = (_file.Name, _file.Length);
        await _file.DisposeAsync();
        return new StagedMessage([new StagedPiece.FilePart(name, 0, length)], name);
    }

    /// <summary>
    /// Never fails: the peer is in the middle of a message, and what it sends must be read to its end or it would be
    /// taken for commands. A full disk is told by <see cref="CompleteAsync"/>.
    /// </summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_failure is not null)
            return;
        try
        {
            if (_file is null && _inMemory + buffer.Length > options.MemoryLimit)
                MoveToFile();
            if (_file is { } file)
            {
                file.Write(buffer);
                return;
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            _failure = failed;
            return;
        }

        if (_inMemory + buffer.Length > _memory.Length)
            Array.Resize(ref _memory, Math.Min(options.MemoryLimit, Math.Max(_memory.Length * 2, _inMemory + buffer.Length)));
        buffer.CopyTo(_memory.AsSpan(_inMemory));
        _inMemory += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Synchronous inside: memory, or a buffered file in the page cache that nobody fsyncs.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_completed && _file is { } file)
        {
            File.Delete(file.Name);
            try
            {
                file.Dispose();
            }
            catch (IOException full)
            {
                // What could not be written is thrown away all the same.
                _failure ??= full;
            }
        }

        base.Dispose(disposing);
    }

    private void MoveToFile()
    {
        _file = new FileStream(Path.Join(options.Folder, $"{Guid.NewGuid():N}.stage"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 64 * 1024,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _file.Write(_memory.AsSpan(0, _inMemory));
        _memory = [];
    }

    private async Task TryAsync(Task flush)
    {
        try
        {
            await flush;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            _failure = failed;
        }
    }
}
