using System.Text.Json;
using Casella.Core.Backups;

namespace Casella.Storage.Backups;

/// <summary>The data folder remembers its last backup, so that somebody can be told when it is old.</summary>
internal static class LastBackupFile
{
    public const string Name = "last-backup.json";

    public static void Write(string data, LastBackup last) =>
        File.WriteAllBytes(Path.Join(data, Name), JsonSerializer.SerializeToUtf8Bytes(last, BackupList.Json));

    /// <summary>Null when there is none, or the note of it cannot be read: then one is due anyway.</summary>
    public static LastBackup? Read(string data)
    {
        var file = Path.Join(data, Name);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<LastBackup>(File.ReadAllBytes(file), BackupList.Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
