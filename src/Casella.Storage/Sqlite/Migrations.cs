using System.Globalization;
using Casella.Core;

namespace Casella.Storage.Sqlite;

/// <summary>
/// Brings a database to this program's schema: each step in a transaction of its own, the version in the file's header.
/// A file of a newer program is refused with words, never touched.
/// </summary>
/// <param name="applicationId">Marks the file's kind, so that a queue is never opened as a mailbox.</param>
/// <param name="steps">SQL scripts; step n brings version n to n+1.</param>
internal sealed class Migrations(int applicationId, IReadOnlyList<string> steps)
{
    public void Run(Database database, string file)
    {
        var version = VersionOf(database);
        if (version > steps.Count)
            throw new MailException(
                MailError.Unavailable,
                $"{file} was written by a newer Casella (schema {version}, this program knows {steps.Count}): start the newer program");
        if (version > 0 && database["PRAGMA application_id"].Scalar() != applicationId)
            throw new MailException(MailError.Damaged, $"{file} is not a file of the expected kind");
        for (; version < steps.Count; version++)
            Step(database, version);
    }

    private void Step(Database database, int version)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            // Looked at again now that nobody else writes: a new index is opened by a search and by who makes it at
            // once, and each would make its tables.
            if (VersionOf(database) == version)
            {
                database.Execute(steps[version]);
                database.Execute(string.Create(
                    CultureInfo.InvariantCulture, $"PRAGMA application_id={applicationId}; PRAGMA user_version={version + 1};"));
            }

            database.Execute("COMMIT");
        }
        catch
        {
            database.Execute("ROLLBACK");
            throw;
        }
    }

    private static int VersionOf(Database database) => (int)(database["PRAGMA user_version"].Scalar() ?? 0);
}
