namespace Casella.Core.Backups;

/// <summary>Names of what a restore of everything leaves in a data folder.</summary>
public static class RestoreMark
{
    /// <summary>There while a restore is at work, and after one that was cut: the folder is not to be served.</summary>
    public const string FileName = "restore-unfinished";

    /// <summary>How folders begin that hold what was there before.</summary>
    public const string SetAside = "before-restore-";
}
