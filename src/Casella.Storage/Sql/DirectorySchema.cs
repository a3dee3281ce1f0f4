using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>
/// The schema of the directory: domains, accounts, devices, aliases, settings. Addresses are canonical; the unique
/// indexes are what makes two spellings one.
/// </summary>
internal static class DirectorySchema
{
    public static Migrations Migrations { get; } = new(0x43_53_4d_44, [Version1]);

    private const string Version1 = """
        CREATE TABLE domains(
            name TEXT PRIMARY KEY,
            created_at INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE accounts(
            account_id INTEGER PRIMARY KEY AUTOINCREMENT,
            address TEXT NOT NULL UNIQUE,
            domain TEXT NOT NULL REFERENCES domains(name),
            display_name TEXT,
            quota INTEGER,
            state INTEGER NOT NULL,
            created_at INTEGER NOT NULL);

        CREATE TABLE devices(
            device_id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER NOT NULL REFERENCES accounts(account_id) ON DELETE CASCADE,
            person_id INTEGER,
            name TEXT NOT NULL,
            secret_hash TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER,
            last_used_protocol TEXT,
            revoked_at INTEGER);

        CREATE INDEX devices_of_account ON devices(account_id);

        CREATE TABLE aliases(
            alias TEXT NOT NULL,
            target TEXT NOT NULL,
            domain TEXT NOT NULL REFERENCES domains(name),
            PRIMARY KEY(alias, target)) WITHOUT ROWID;

        CREATE TABLE settings(
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL) WITHOUT ROWID;
        """;
}
