namespace Casella.Core.Migration;

/// <summary>What one run has brought over, and what differs at its end.</summary>
/// <param name="Copied">Messages that came by this run.</param>
/// <param name="Present">That were here before: by an earlier run, or otherwise with the same bytes in the same folder.</param>
/// <param name="Flags">Messages whose flags have followed the old server.</param>
/// <param name="Removed">That have followed it into nothing.</param>
/// <param name="UniqueIds">Messages that POP3 programs know again.</param>
/// <param name="IsFull">The mailbox has no more room.</param>
/// <param name="Differences">Sentences; none when everything is here.</param>
public sealed record MigrationOutcome(
    string Address, int Copied, int Present, int Flags, int Removed, int UniqueIds, bool IsFull, IReadOnlyList<MigratedFolder> Folders, IReadOnlyList<string> Differences);

/// <param name="There">Messages on the old server.</param>
/// <param name="Here">Of these, those that were brought over.</param>
public sealed record MigratedFolder(string OldName, string Name, int There, int Here);
