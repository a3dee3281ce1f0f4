using System.Globalization;
using System.Text;
using Casella.Core.Backups;

namespace Casella.Server.Hosting;

/// <summary>
/// The data folder, held by this process alone for as long as the object lives: a lock file decides whether the server
/// or a command opens the store, never both at once. Opened by <c>serve</c> and by the commands that work without a
/// server.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>sockaddr_un holds 108 bytes with the final NUL; the socket's own name needs 13.</summary>
    public const int MaxPathLength = 90;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    // EWOULDBLOCK: what flock answers, by which .NET keeps FileShare.None.
    private const int WouldBlock = 11;
    private const string LockName = "casella.lock";

    private readonly FileStream _lock;

    private DataFolder(string root, FileStream fileLock)
    {
        (Root, _lock) = (root, fileLock);
        File.WriteAllText(PidFile(root), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    public string Root { get; }
    public string Tls => Path.Join(Root, "tls");
    public string Staging => Path.Join(Root, "staging");
    public string WebKeys => Path.Join(Root, "web-keys");
    public string DemoFile => Path.Join(Root, "demo.json");

    public static string ControlSocket(string data) => Path.Join(Path.GetFullPath(data), "control.sock");

    public static bool SocketPathIsTooLong(string data) => Encoding.UTF8.GetByteCount(Path.GetFullPath(data)) > MaxPathLength;

    /// <summary>Makes the folder when it is missing and takes its lock.</summary>
    /// <returns>Null when another process has it.</returns>
    /// <exception cref="CommandException">The folder cannot be used.</exception>
    public static DataFolder? TryOpen(string data)
    {
        var root = Path.GetFullPath(data);
        try
        {
            Prepare(root);
            return new DataFolder(root, new FileStream(Path.Join(root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new CommandException("DataFolder", $"The data folder {root} cannot be used: {denied.Message} Run casella as the user who owns it, or set Data.");
        }
        catch (IOException busy) when ((busy.HResult & 0xFFFF) == WouldBlock)
        {
            return null;
        }
        catch (IOException failed)
        {
            throw new CommandException("DataFolder", $"The data folder {root} cannot be used: {failed.Message}");
        }
    }

    /// <summary>The process that holds a folder's lock, as far as it said so.</summary>
    public static string Owner(string data)
    {
        var file = PidFile(Path.GetFullPath(data));
        return File.Exists(file) && File.ReadAllText(file) is { Length: > 0 } pid ? $"process {pid}" : "another process";
    }

    /// <summary>A restore that was cut leaves a folder that looks whole and is not.</summary>
    /// <exception cref="CommandException">It was.</exception>
    public DataFolder RequireWhole()
    {
        if (!File.Exists(Path.Join(Root, RestoreMark.FileName)))
            return this;
        Dispose();
        throw new CommandException("Restore", $"A restore into {Root} did not come to its end. Run it again: casella restore DIR --data {Root}");
    }

    public void Dispose()
    {
        File.Delete(PidFile(Root));
        _lock.Dispose();
    }

    private static string PidFile(string root) => Path.Join(root, "casella.pid");

    // A mistyped "Data=/home" must neither fill somebody's folder nor take away others' access to it.
    private static void Prepare(string root)
    {
        if (Directory.Exists(root) && !File.Exists(Path.Join(root, LockName)) && Directory.EnumerateFileSystemEntries(root).Any())
            throw new CommandException("DataFolder", $"{root} has other things in it and no casella data; name an empty or a new folder with Data (--data)");
        Directory.CreateDirectory(root, OwnerOnly);
        if (File.GetUnixFileMode(root) != OwnerOnly)
            File.SetUnixFileMode(root, OwnerOnly);
    }
}
