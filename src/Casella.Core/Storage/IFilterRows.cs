namespace Casella.Core.Storage;

/// <summary>
/// Rows of an account behind its Sieve scripts and what runs of them remember. Only its writer reads and writes them,
/// within a unit.
/// </summary>
internal interface IFilterRows
{
    /// <summary>The scripts as they are now, by name.</summary>
    IReadOnlyList<ScriptRow> Scripts();

    /// <summary>The text of a script as it is now; null when there is none of this name.</summary>
    string? Content(string name);

    /// <summary>Makes a script, or gives it a new text; the texts before are kept.</summary>
    /// <returns>The number of this version: they rise within the account.</returns>
    long Save(string name, string content, DateTimeOffset at);

    /// <summary>Its versions stay.</summary>
    void Delete(string name);

    /// <summary>With all its versions.</summary>
    void Rename(string from, string to);

    /// <summary>The one that runs; null for none.</summary>
    void SetActive(string? name);

    /// <summary>The versions that a script of this name has had, newest first.</summary>
    IReadOnlyList<ScriptVersionRow> Versions(string name);

    /// <summary>The text of a version; null when there is none of this number.</summary>
    string? Content(long version);

    /// <summary>Removes the oldest versions of a name beyond so many; the one that it has now stays.</summary>
    void KeepVersions(string name, int count);

    /// <summary>Whether a key was remembered for longer than until now.</summary>
    bool IsRemembered(ReadOnlySpan<byte> key, DateTimeOffset now);
    void Remember(ReadOnlySpan<byte> key, DateTimeOffset until);

    /// <summary>Removes what was remembered until before a time.</summary>
    void ForgetRemembered(DateTimeOffset before);
}

/// <param name="Size">Octets.</param>
internal sealed record ScriptRow(string Name, bool IsActive, long Version, long Size, DateTimeOffset SavedAt);

internal sealed record ScriptVersionRow(long Version, long Size, DateTimeOffset SavedAt);
