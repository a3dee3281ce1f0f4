namespace Casella.Core.Archives;

/// <summary>A file of mail on its way from a member's browser: written piece by piece, read once, gone with its disposal.</summary>
public sealed class ArchiveUpload : IAsyncDisposable
{
    /// <summary>Who has more sends it in parts, or asks the office, whose command has no limit.</summary>
    public const long SizeAtMost = 2L * 1024 * 1024 * 1024;

    private FileStream? _writing;

    internal ArchiveUpload(string file, string name)
    {
        (File, Name) = (file, name);
        _writing = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    /// <summary>What the member calls it; its ending says what it is.</summary>
    public string Name { get; }
    internal string File { get; }

    /// <exception cref="ArchiveException">It is larger than it may be.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (_writing!.Length + piece.Length > SizeAtMost)
            throw new ArchiveException("The file is larger than it may be.");
        await _writing.WriteAsync(piece, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await CompleteAsync(CancellationToken.None);
        System.IO.File.Delete(File);
    }

    internal async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_writing is not { } writing)
            return;
        _writing = null;
        await writing.FlushAsync(cancellationToken);
        await writing.DisposeAsync();
    }
}
