namespace Casella.Core.Archives;

/// <summary>
/// The file or folder that an export makes: beside its name until it is whole, so that a cut export is never taken for
/// one. For its owner only, as mail is.
/// </summary>
internal sealed class ArchiveFile : IDisposable
{
    public const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path;
    private bool _isWhole;

    /// <exception cref="ArchiveException">There is something of that name.</exception>
    public ArchiveFile(string path)
    {
        _path = path;
        if (Path.Exists(path))
            throw new ArchiveException($"{path} exists already; name a new one.");
        Remove();
    }

    /// <summary>Where it is made.</summary>
    public string Beside => _path + ".unfinished";

    public static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        BufferSize = 64 * 1024,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    public void Complete()
    {
        if (System.IO.Directory.Exists(Beside))
            System.IO.Directory.Move(Beside, _path);
        else
            File.Move(Beside, _path);
        _isWhole = true;
    }

    public void Dispose()
    {
        if (!_isWhole)
            Remove();
    }

    private void Remove()
    {
        if (System.IO.Directory.Exists(Beside))
            System.IO.Directory.Delete(Beside, recursive: true);
        else
            File.Delete(Beside);
    }
}
