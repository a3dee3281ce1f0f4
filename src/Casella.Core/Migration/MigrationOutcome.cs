using System.Globalization;

namespace Casella.Core.Migration;

/// <summary>What one run has brought over, and what differs at its end.</summary>
/// <param name="Copied">Messages that came by this run.</param>
/// <param name="Present">That were here before: by an earlier run, or otherwise with the same bytes in the same folder.</param>
/// <param name="Flags">Messages whose flags have followed the old server.</param>
/// <param name="Removed">That have followed it into nothing.</param>
/// <param name="UniqueIds">Messages that POP3 programs know again.</param>
/// <param name="IsFull">The mailbox has no more room.</param>
/// <param name="Differences">None when everything is here.</param>
public sealed record MigrationOutcome(
    string Address, int Copied, int Present, int Flags, int Removed, int UniqueIds, bool IsFull, IReadOnlyList<MigratedFolder> Folders,
    IReadOnlyList<MigrationDifference> Differences);

/// <param name="There">Messages on the old server.</param>
/// <param name="Here">Of these, those that were brought over.</param>
public sealed record MigratedFolder(string OldName, string Name, int There, int Here);

/// <param name="Folder">As the old server calls it.</param>
/// <param name="Count">Messages that it is about.</param>
public sealed record MigrationDifference(MigrationDifferenceKind Kind, string Folder, int Count)
{
    /// <summary>Some of the messages, by their UIDs there.</summary>
    public IReadOnlyList<uint> Uids { get; init; } = [];

    /// <summary>For the administrator.</summary>
    public override string ToString() => Kind switch
    {
        MigrationDifferenceKind.FolderName => $"{Folder}: cannot be the name of a folder here; rename it there.",
        MigrationDifferenceKind.GoneThere => $"{Folder}: {Number} gone there since they were brought over, and kept here.",
        MigrationDifferenceKind.NoRoom => $"{Folder}: {Number} not brought over: the mailbox is full.",
        MigrationDifferenceKind.TooLarge => $"{Folder}: {Number} larger than Mailboxes:MessageSize{Named}.",
        _ => $"{Folder}: {Number} not given by the server{Named}.",
    };

    private string Number => Count.ToString(CultureInfo.InvariantCulture);
    private string Named => Uids.Count == 0 ? "" : $" (UID {string.Join(", ", Uids)})";
}

public enum MigrationDifferenceKind
{
    /// <summary>It can be no name of ours.</summary>
    FolderName,

    /// <summary>Kept here.</summary>
    GoneThere,
    NoRoom,
    TooLarge,

    /// <summary>The old server lists it, and does not give it.</summary>
    NotGiven,
}

/// <summary>How far a run is: a line for the administrator, a row on a member's page.</summary>
/// <param name="Folder">As the old server calls it.</param>
/// <param name="Here">Messages of it that are here.</param>
/// <param name="There">All of it.</param>
public sealed record MigrationStep(string Folder, int Here, int There)
{
    /// <summary>Why the run pauses; null when it does not.</summary>
    public OldServerException? Trouble { get; init; }

    public override string ToString() => Trouble is { } trouble
        ? string.Create(CultureInfo.InvariantCulture, $"{trouble.Message}; once more in {MailMigrations.Pause.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Folder}: {Here} of {There}");
}
