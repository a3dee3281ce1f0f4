using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>
/// The schema of the directory: domains, accounts, aliases, persons, members, devices, settings. Addresses and logins
/// are canonical; the unique indexes are what makes two spellings one. AUTOINCREMENT: an id is never given twice, for
/// the change logs name persons and devices by it.
/// </summary>
internal static class DirectorySchema
{
    public static Migrations Migrations { get; } = new(0x43_53_4d_44, [Version1, Version2, Version3, Version4]);

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

    /// <summary>
    /// What sharing needs: persons, members with rights, devices of persons. A device with a prefix has a password that
    /// was made here, one with a certificate has none, the one without either is the common password. A password has a SCRAM key for each way to type it; a
    /// retired key is of a password that its device had before.
    /// </summary>
    private const string Version2 = """
        CREATE TABLE persons(
            person_id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            login TEXT NOT NULL UNIQUE,
            secret_hash TEXT,
            language TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            left_at INTEGER);

        CREATE TABLE members(
            account_id INTEGER NOT NULL REFERENCES accounts(account_id) ON DELETE CASCADE,
            person_id INTEGER NOT NULL REFERENCES persons(person_id),
            rights INTEGER NOT NULL,
            added_at INTEGER NOT NULL,
            one_login INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY(account_id, person_id)) WITHOUT ROWID;

        CREATE INDEX members_of_person ON members(person_id);

        ALTER TABLE devices ADD COLUMN prefix TEXT;
        ALTER TABLE devices ADD COLUMN protocols INTEGER NOT NULL DEFAULT 7;
        ALTER TABLE devices ADD COLUMN last_used_address TEXT;
        ALTER TABLE devices ADD COLUMN last_client TEXT;

        CREATE UNIQUE INDEX devices_by_prefix ON devices(account_id, prefix) WHERE prefix IS NOT NULL;
        CREATE INDEX devices_of_person ON devices(person_id) WHERE person_id IS NOT NULL;

        CREATE TABLE shared_subscriptions(
            person_id INTEGER NOT NULL,
            account_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            subscribed INTEGER NOT NULL,
            PRIMARY KEY(person_id, account_id, name),
            FOREIGN KEY(account_id, person_id) REFERENCES members(account_id, person_id) ON DELETE CASCADE) WITHOUT ROWID;

        CREATE TABLE domain_keys(
            domain TEXT NOT NULL REFERENCES domains(name) ON DELETE CASCADE,
            selector TEXT NOT NULL,
            kind INTEGER NOT NULL,
            secret BLOB NOT NULL,
            state INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY(domain, selector)) WITHOUT ROWID;

        CREATE TABLE scram_keys(
            device_id INTEGER NOT NULL REFERENCES devices(device_id) ON DELETE CASCADE,
            stored_key BLOB NOT NULL,
            server_key BLOB NOT NULL,
            retired_at INTEGER,
            PRIMARY KEY(device_id, stored_key)) WITHOUT ROWID;

        ALTER TABLE devices ADD COLUMN certificate TEXT;
        CREATE INDEX devices_by_certificate ON devices(account_id, certificate) WHERE certificate IS NOT NULL;

        CREATE TABLE web_sessions(
            session_id INTEGER PRIMARY KEY AUTOINCREMENT,
            token_hash TEXT NOT NULL UNIQUE,
            person_id INTEGER REFERENCES persons(person_id),
            device_id INTEGER REFERENCES devices(device_id) ON DELETE CASCADE,
            browser TEXT NOT NULL,
            address TEXT NOT NULL,
            signed_in_at INTEGER NOT NULL,
            last_seen_at INTEGER NOT NULL);

        CREATE INDEX web_sessions_of_person ON web_sessions(person_id) WHERE person_id IS NOT NULL;
        CREATE INDEX web_sessions_of_device ON web_sessions(device_id) WHERE device_id IS NOT NULL;
        """;

    /// <summary>Contacts, the second factor, reminders, the office, lists.</summary>
    private const string Version3 = """
        CREATE TABLE contacts(
            contact_id INTEGER PRIMARY KEY AUTOINCREMENT,
            account_id INTEGER REFERENCES accounts(account_id) ON DELETE CASCADE,
            person_id INTEGER REFERENCES persons(person_id),
            uid TEXT NOT NULL,
            card TEXT NOT NULL,
            saved_at INTEGER NOT NULL);

        CREATE INDEX contacts_of_account ON contacts(account_id, uid) WHERE account_id IS NOT NULL;
        CREATE INDEX contacts_of_person ON contacts(person_id, uid) WHERE person_id IS NOT NULL;

        CREATE TABLE one_time_codes(
            person_id INTEGER PRIMARY KEY REFERENCES persons(person_id),
            secret BLOB NOT NULL,
            last_step INTEGER NOT NULL,
            recovery TEXT NOT NULL,
            since INTEGER NOT NULL);

        CREATE TABLE passkeys(
            credential TEXT PRIMARY KEY,
            person_id INTEGER NOT NULL REFERENCES persons(person_id),
            name TEXT NOT NULL,
            record TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER) WITHOUT ROWID;

        CREATE INDEX passkeys_of_person ON passkeys(person_id);

        CREATE TABLE reminders(
            account_id INTEGER NOT NULL REFERENCES accounts(account_id) ON DELETE CASCADE,
            email_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            home_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY(account_id, email_id, kind)) WITHOUT ROWID;

        CREATE INDEX due_reminders ON reminders(at);

        CREATE TABLE office_staff(
            person_id INTEGER PRIMARY KEY REFERENCES persons(person_id),
            roles INTEGER NOT NULL);

        CREATE TABLE office_domains(
            person_id INTEGER NOT NULL REFERENCES office_staff(person_id) ON DELETE CASCADE,
            domain TEXT NOT NULL,
            PRIMARY KEY(person_id, domain)) WITHOUT ROWID;

        CREATE TABLE office_links(
            token_hash TEXT PRIMARY KEY,
            person_id INTEGER REFERENCES persons(person_id),
            until INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE office_tokens(
            token_id INTEGER PRIMARY KEY AUTOINCREMENT,
            token_hash TEXT NOT NULL UNIQUE,
            person_id INTEGER NOT NULL REFERENCES persons(person_id),
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            until INTEGER,
            last_used_at INTEGER,
            revoked_at INTEGER);

        CREATE TABLE office_visits(
            person_id INTEGER NOT NULL REFERENCES persons(person_id),
            account_id INTEGER NOT NULL REFERENCES accounts(account_id) ON DELETE CASCADE,
            until INTEGER NOT NULL,
            PRIMARY KEY(person_id, account_id)) WITHOUT ROWID;

        CREATE TABLE office_journal(
            entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            person_id INTEGER,
            who TEXT NOT NULL,
            way INTEGER NOT NULL,
            address TEXT,
            act TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            domain TEXT,
            outcome INTEGER NOT NULL,
            reason TEXT,
            failure TEXT);

        CREATE TABLE office_hooks(
            hook_id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,
            events TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_at INTEGER,
            last_error TEXT);

        CREATE TABLE office_hook_calls(
            call_id INTEGER PRIMARY KEY AUTOINCREMENT,
            hook_id INTEGER NOT NULL REFERENCES office_hooks(hook_id) ON DELETE CASCADE,
            event TEXT NOT NULL,
            body TEXT NOT NULL,
            at INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL);

        CREATE INDEX office_hook_calls_of_hook ON office_hook_calls(hook_id, call_id);
        CREATE INDEX office_journal_of_domain ON office_journal(domain, entry_id) WHERE domain IS NOT NULL;

        CREATE TABLE lists(
            list_id INTEGER PRIMARY KEY AUTOINCREMENT,
            address TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            posting INTEGER NOT NULL);

        CREATE TABLE list_members(
            member_id INTEGER PRIMARY KEY AUTOINCREMENT,
            list_id INTEGER NOT NULL REFERENCES lists(list_id) ON DELETE CASCADE,
            address TEXT NOT NULL COLLATE NOCASE,
            may_post INTEGER NOT NULL,
            bounces INTEGER NOT NULL,
            bounced_at INTEGER,
            joined_at INTEGER NOT NULL,
            suspended_at INTEGER,
            UNIQUE(list_id, address));
        """;

    /// <summary>Browsers that want to be told of new mail.</summary>
    private const string Version4 = """
        CREATE TABLE push_key(
            key_id INTEGER PRIMARY KEY,
            private_key BLOB NOT NULL);

        CREATE TABLE push_subscriptions(
            session_id INTEGER PRIMARY KEY REFERENCES web_sessions(session_id) ON DELETE CASCADE,
            endpoint TEXT NOT NULL UNIQUE,
            public_key BLOB NOT NULL,
            secret BLOB NOT NULL,
            with_content INTEGER NOT NULL);

        CREATE TABLE push_accounts(
            session_id INTEGER NOT NULL REFERENCES push_subscriptions(session_id) ON DELETE CASCADE,
            account_id INTEGER NOT NULL REFERENCES accounts(account_id) ON DELETE CASCADE,
            PRIMARY KEY(session_id, account_id)) WITHOUT ROWID;

        CREATE INDEX push_of_account ON push_accounts(account_id);
        """;
}
