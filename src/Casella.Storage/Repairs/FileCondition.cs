using Casella.Core;
using Casella.Storage.Sqlite;

namespace Casella.Storage.Repairs;

internal enum FileState
{
    Sound,
    /// <summary>Its rows are whole; only the indexes on them are not.</summary>
    IndexesWrong,
    Damaged,
}

/// <summary>Part of <see cref="AccountRepair"/>: what SQLite itself says of a file.</summary>
internal static class FileCondition
{
    public static FileState Of(string file)
    {
        if (!File.Exists(file))
            return FileState.Damaged;
        try
        {
            using var database = Database.Open(file, create: false);
            var state = FileState.Sound;
            for (var rows = database["PRAGMA integrity_check(1000)"]; rows.Step();)
                state = Worse(state, rows.Text(0));
            return state;
        }
        catch (MailException damaged) when (damaged.Error is MailError.Damaged)
        {
            return FileState.Damaged;
        }
    }

    /// <summary>Where that does not help the file is as it was.</summary>
    public static void RebuildIndexes(string file)
    {
        try
        {
            using var database = Database.Open(file, create: false);
            database.Execute("REINDEX");
        }
        catch (MailException damaged) when (damaged.Error is MailError.Damaged)
        {
            // It is more than the indexes: the next look at the file says so.
            return;
        }
    }

    private static FileState Worse(FileState before, string said) => said switch
    {
        "ok" => before,
        _ when said.Contains("missing from index", StringComparison.Ordinal) || said.StartsWith("wrong # of entries in index", StringComparison.Ordinal)
            || said.StartsWith("non-unique entry in index", StringComparison.Ordinal) => before is FileState.Damaged ? before : FileState.IndexesWrong,
        _ => FileState.Damaged,
    };
}
