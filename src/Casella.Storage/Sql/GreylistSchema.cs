using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>The schema of the greylist: one table of hashes.</summary>
internal static class GreylistSchema
{
    public static Migrations Migrations { get; } = new(0x43_53_4d_47, [Version1]);

    private const string Version1 = """
        CREATE TABLE seen(
            key BLOB PRIMARY KEY,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            passes INTEGER NOT NULL) WITHOUT ROWID;

        CREATE INDEX seen_by_age ON seen(last_at);
        """;
}
