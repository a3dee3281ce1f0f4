namespace Casella.Core.Backups;

/// <summary>A backup that cannot be made, read or restored; the message is a sentence for the administrator.</summary>
public sealed class BackupException : Exception
{
    public BackupException(string message) : base(message)
    {
    }

    public BackupException(string message, Exception inner) : base(message, inner)
    {
    }
}
