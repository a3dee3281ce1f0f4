using System.Text;

namespace Casella.Net.Tls;

/// <summary>Writes keys and certificates beside and renames them, so that a crash leaves the old file or the new one.</summary>
public static class PemFile
{
    /// <summary>Readable by its owner alone.</summary>
    public static void WriteSecret(string file, string text) => Write(file, text, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    public static void WritePublic(string file, string text) => Write(
        file, text, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    private static void Write(string file, string text, UnixFileMode mode)
    {
        var beside = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = mode };
        using (var stream = new FileStream(beside, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, file, overwrite: true);
    }
}
