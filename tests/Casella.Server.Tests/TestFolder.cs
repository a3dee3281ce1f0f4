namespace Casella.Server.Tests;

/// <summary>
/// A new folder under the system's temporary one, gone when disposed. Its path is short because a control socket's must
/// be.
/// </summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Join(System.IO.Path.GetTempPath(), $"casella-{Guid.NewGuid():N}");

    public string Data => System.IO.Path.Join(Path, "data");

    public string Write(string name, string text)
    {
        var file = System.IO.Path.Join(Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
