using Casella.Core.Messages;

namespace Casella.Core.Storage;

/// <summary>
/// Rows of an account about mail that was brought over from another server. Only its writer reads and writes them,
/// within the unit that places the message: so a move that was killed goes on without doubles.
/// </summary>
internal interface IMigrationRows
{
    /// <summary>What came of one folder.</summary>
    IReadOnlyList<MigratedRow> OfFolder(OldFolderKey folder);

    /// <summary>Adds or replaces one.</summary>
    void Put(OldFolderKey folder, MigratedRow row);

    /// <summary>The message is gone on the old server, and so is what this says of it.</summary>
    void Delete(OldFolderKey folder, uint oldUid);

    /// <summary>The name that a message had in POP3 of the old server.</summary>
    void PutUniqueId(EmailId message, string uniqueId);
}

/// <summary>A folder of another server, for as long as its UIDs hold.</summary>
/// <param name="Source">The server and the user there.</param>
internal sealed record OldFolderKey(string Source, string Folder, uint UidValidity);

/// <param name="OldUid">There.</param>
/// <param name="Place">Here, when it was placed; it may have gone elsewhere since.</param>
/// <param name="OldFlags">As they were there when we looked last.</param>
internal sealed record MigratedRow(uint OldUid, EmailId Email, PlacementName Place, FlagNames OldFlags);
