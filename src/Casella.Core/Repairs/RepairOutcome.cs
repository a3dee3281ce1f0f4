using Casella.Core.Backups;

namespace Casella.Core.Repairs;

/// <summary>What became of an account's file.</summary>
public enum MendedFile
{
    /// <summary>It could be read; at most its rows were put right.</summary>
    Sound,
    /// <summary>What could be read of it is in a new file.</summary>
    Salvaged,
    /// <summary>Nothing could be read of it; it is as the backup has it.</summary>
    OfBackup,
    /// <summary>Nothing could be read of it, and no backup has it. It was left as it is.</summary>
    Lost,
}

/// <summary>What a repair found and did.</summary>
/// <param name="IsTrial">Only looked at.</param>
/// <param name="Findings">What was wrong, in words for the technician.</param>
/// <param name="Remaining">What is wrong still.</param>
public sealed record RepairOutcome(string Address, bool IsTrial, IReadOnlyList<string> Findings, IReadOnlyList<string> Remaining)
{
    public MendedFile File { get; init; }

    /// <summary>The damaged file, which is kept beside the new one.</summary>
    public string? SetAside { get; init; }

    /// <summary>The backup that something was taken from; null when nothing was.</summary>
    public BackupInfo? Backup { get; init; }

    /// <summary>Counters and rows that were put right.</summary>
    public int Corrected { get; init; }

    /// <summary>Messages that have their bytes again, from the backup.</summary>
    public int Refilled { get; init; }

    /// <summary>Messages that the damage took and the backup has put back.</summary>
    public int Returned { get; init; }

    /// <summary>Messages whose folder nobody knows any more, which are in <see cref="RecoveredFolder"/> now.</summary>
    public int Recovered { get; init; }
    public string? RecoveredFolder { get; init; }

    /// <summary>Files of large messages that nobody named, which are gone.</summary>
    public int Swept { get; init; }
    public bool IsIndexRebuilt { get; init; }

    /// <summary>What nobody can bring back; a message that is named stays where it is, without its content.</summary>
    public IReadOnlyList<LostMessage> Lost { get; init; } = [];
}

/// <param name="From">Null, as the subject, where not even that is known.</param>
public sealed record LostMessage(string Folder, string? From, string? Subject, DateTimeOffset ReceivedAt, long Size);
