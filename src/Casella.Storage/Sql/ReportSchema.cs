using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>The schema of reports between mail servers: what was seen here, and what others have told.</summary>
internal static class ReportSchema
{
    public static Migrations Migrations { get; } = new(0x43_53_4d_52, [Version1]);

    private const string Version1 = """
        CREATE TABLE sightings(
            kind INTEGER NOT NULL,
            day INTEGER NOT NULL,
            domain TEXT NOT NULL,
            facts TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY(kind, day, domain, facts)) WITHOUT ROWID;

        CREATE TABLE received(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind INTEGER NOT NULL,
            domain TEXT NOT NULL,
            reporter TEXT NOT NULL,
            report_id TEXT NOT NULL,
            proven INTEGER NOT NULL,
            begin_at INTEGER NOT NULL,
            end_at INTEGER NOT NULL,
            arrived_at INTEGER NOT NULL,
            total INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            content BLOB NOT NULL,
            UNIQUE(kind, domain, reporter, report_id, proven));
        """;
}
