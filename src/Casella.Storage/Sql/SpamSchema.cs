using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>The schema of what the domains have learnt about spam: as in an account's file, for each domain.</summary>
internal static class SpamSchema
{
    public static Migrations Migrations { get; } = new(0x43_53_53_70, [Version1]);

    private const string Version1 = """
        CREATE TABLE domains(
            domain_id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE);

        CREATE TABLE spam_totals(
            domain_id INTEGER PRIMARY KEY,
            spam INTEGER NOT NULL,
            ham INTEGER NOT NULL);

        CREATE TABLE spam_words(
            domain_id INTEGER NOT NULL,
            word INTEGER NOT NULL,
            spam INTEGER NOT NULL,
            ham INTEGER NOT NULL,
            day INTEGER NOT NULL,
            PRIMARY KEY(domain_id, word)) WITHOUT ROWID;

        CREATE TABLE spam_classes(
            domain_id INTEGER NOT NULL,
            account_id INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            class INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY(domain_id, account_id, email_id)) WITHOUT ROWID;

        CREATE TABLE spam_list(
            domain_id INTEGER NOT NULL,
            entry TEXT NOT NULL,
            class INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY(domain_id, entry)) WITHOUT ROWID;
        """;
}
