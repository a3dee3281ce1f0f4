using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>
/// The schema of a mailbox account's file. account_id leads every key although a file has one account, so that the same
/// statements serve one database with many. Narrow tables are WITHOUT ROWID; messages and bodies have wide rows and are
/// kept by their number.
/// </summary>
internal static class AccountSchema
{
    public static Migrations Migrations { get; } = new(0x43_53_4d_42, [Version1, Version2, Version3, Version4]);

    private const string Version1 = """
        CREATE TABLE accounts(
            account_id INTEGER PRIMARY KEY,
            modseq INTEGER NOT NULL,
            used_bytes INTEGER NOT NULL,
            used_messages INTEGER NOT NULL,
            quota_limit INTEGER,
            last_mailbox INTEGER NOT NULL,
            last_email INTEGER NOT NULL,
            last_thread INTEGER NOT NULL,
            last_actor INTEGER NOT NULL,
            last_uid_validity INTEGER NOT NULL);

        CREATE TABLE mailboxes(
            account_id INTEGER NOT NULL,
            mailbox_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            special_use INTEGER NOT NULL,
            selectable INTEGER NOT NULL,
            uid_validity INTEGER NOT NULL,
            uid_next INTEGER NOT NULL,
            highest_modseq INTEGER NOT NULL,
            last_expunge INTEGER NOT NULL,
            first_recent INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            unseen INTEGER NOT NULL,
            deleted INTEGER NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY(account_id, mailbox_id),
            UNIQUE(account_id, name)) WITHOUT ROWID;

        CREATE TABLE subscriptions(
            account_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY(account_id, name)) WITHOUT ROWID;

        CREATE TABLE keywords(
            account_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY(account_id, number)) WITHOUT ROWID;

        CREATE TABLE placements(
            account_id INTEGER NOT NULL,
            mailbox_id INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            more_flags INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            size INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            PRIMARY KEY(account_id, mailbox_id, uid)) WITHOUT ROWID;

        CREATE TABLE messages(
            email_id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            object_id TEXT NOT NULL,
            thread_id INTEGER NOT NULL,
            size INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            sent_at INTEGER,
            sent_offset INTEGER,
            has_attachments INTEGER NOT NULL,
            placements INTEGER NOT NULL,
            orphaned_at INTEGER,
            preview TEXT NOT NULL,
            base_subject TEXT NOT NULL,
            envelope BLOB NOT NULL,
            structure BLOB NOT NULL);

        CREATE INDEX orphans ON messages(account_id, orphaned_at) WHERE orphaned_at IS NOT NULL;

        CREATE TABLE bodies(
            email_id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            header_size INTEGER NOT NULL,
            header BLOB,
            body BLOB,
            blob TEXT);

        CREATE TABLE message_ids(
            account_id INTEGER NOT NULL,
            hash INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            thread_id INTEGER NOT NULL,
            PRIMARY KEY(account_id, hash, email_id)) WITHOUT ROWID;

        CREATE TABLE tombstones(
            account_id INTEGER NOT NULL,
            mailbox_id INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            PRIMARY KEY(account_id, mailbox_id, modseq, uid)) WITHOUT ROWID;

        CREATE TABLE actors(
            account_id INTEGER NOT NULL,
            actor_id INTEGER NOT NULL,
            person_id INTEGER,
            device_id INTEGER,
            protocol INTEGER NOT NULL,
            name TEXT NOT NULL,
            client TEXT,
            PRIMARY KEY(account_id, actor_id)) WITHOUT ROWID;

        CREATE TABLE changes(
            account_id INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            mailbox_id INTEGER,
            other_id INTEGER,
            actor_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            items BLOB NOT NULL,
            text TEXT,
            PRIMARY KEY(account_id, modseq, ordinal)) WITHOUT ROWID;

        CREATE TABLE deliveries(
            account_id INTEGER NOT NULL,
            key BLOB NOT NULL,
            at INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            PRIMARY KEY(account_id, key)) WITHOUT ROWID;
        """;

    /// <summary>
    /// What sharing needs: when a message came into its mailbox, where a message is, settings, views of devices and
    /// persons, notices.
    /// </summary>
    private const string Version2 = """
        ALTER TABLE placements ADD COLUMN saved_at INTEGER NOT NULL DEFAULT 0;
        UPDATE placements SET saved_at=unixepoch();
        ALTER TABLE messages ADD COLUMN received_at INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX placements_of_message ON placements(account_id, email_id);
        UPDATE messages SET received_at=coalesce(
            (SELECT min(p.received_at) FROM placements p WHERE p.account_id=messages.account_id AND p.email_id=messages.email_id),
            sent_at, orphaned_at, unixepoch());

        CREATE TABLE settings(
            account_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY(account_id, name)) WITHOUT ROWID;

        CREATE TABLE maildrops(
            account_id INTEGER NOT NULL,
            device_id INTEGER NOT NULL,
            starts_at INTEGER NOT NULL,
            PRIMARY KEY(account_id, device_id)) WITHOUT ROWID;

        CREATE TABLE hidden(
            account_id INTEGER NOT NULL,
            device_id INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            copy INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            PRIMARY KEY(account_id, device_id, email_id, copy)) WITHOUT ROWID;
        CREATE INDEX hidden_of_message ON hidden(account_id, email_id);

        CREATE TABLE sent_copies(
            account_id INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            person_id INTEGER,
            device_id INTEGER,
            PRIMARY KEY(account_id, email_id)) WITHOUT ROWID;

        CREATE TABLE work(
            account_id INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            draft_id INTEGER NOT NULL,
            actor_id INTEGER NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER,
            marks INTEGER NOT NULL,
            PRIMARY KEY(account_id, email_id, draft_id)) WITHOUT ROWID;
        CREATE INDEX work_open ON work(account_id, until) WHERE until IS NOT NULL;

        CREATE TABLE notices(
            account_id INTEGER NOT NULL,
            notice_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            facts TEXT NOT NULL,
            sent_at INTEGER,
            PRIMARY KEY(account_id, notice_id)) WITHOUT ROWID;
        CREATE INDEX pending_notices ON notices(account_id, notice_id) WHERE sent_at IS NULL;

        CREATE TABLE daily_usage(
            account_id INTEGER NOT NULL,
            day INTEGER NOT NULL,
            used_bytes INTEGER NOT NULL,
            PRIMARY KEY(account_id, day)) WITHOUT ROWID;

        CREATE TABLE alerts(
            account_id INTEGER NOT NULL,
            device TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY(account_id, device)) WITHOUT ROWID;

        CREATE TABLE answered(
            account_id INTEGER NOT NULL,
            sender TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY(account_id, sender)) WITHOUT ROWID;

        CREATE TABLE readers(
            account_id INTEGER NOT NULL,
            person_id INTEGER NOT NULL,
            paused_at INTEGER,
            PRIMARY KEY(account_id, person_id)) WITHOUT ROWID;

        CREATE TABLE seen(
            account_id INTEGER NOT NULL,
            mailbox_id INTEGER NOT NULL,
            page INTEGER NOT NULL,
            person_id INTEGER NOT NULL,
            bits BLOB NOT NULL,
            PRIMARY KEY(account_id, mailbox_id, page, person_id)) WITHOUT ROWID;

        CREATE TABLE log_bounds(
            account_id INTEGER PRIMARY KEY,
            passed_to INTEGER NOT NULL,
            passed_at INTEGER NOT NULL,
            vanished_from INTEGER NOT NULL);

        CREATE TABLE annotations(
            account_id INTEGER NOT NULL,
            mailbox_id INTEGER NOT NULL,
            owner INTEGER NOT NULL,
            entry TEXT NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY(account_id, mailbox_id, owner, entry));

        CREATE TABLE scripts(
            account_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            is_active INTEGER NOT NULL,
            PRIMARY KEY(account_id, name)) WITHOUT ROWID;

        CREATE TABLE script_versions(
            account_id INTEGER NOT NULL,
            version INTEGER NOT NULL,
            name TEXT NOT NULL,
            at INTEGER NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY(account_id, version));
        CREATE INDEX versions_of_script ON script_versions(account_id, name);

        CREATE TABLE filter_memory(
            account_id INTEGER NOT NULL,
            key BLOB NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY(account_id, key)) WITHOUT ROWID;

        CREATE TABLE access_keys(
            account_id INTEGER NOT NULL,
            mailbox_id INTEGER NOT NULL,
            person_id INTEGER NOT NULL,
            key BLOB NOT NULL,
            PRIMARY KEY(account_id, mailbox_id, person_id)) WITHOUT ROWID;

        CREATE TABLE spam_totals(
            account_id INTEGER PRIMARY KEY,
            spam INTEGER NOT NULL,
            ham INTEGER NOT NULL,
            learned_to INTEGER NOT NULL DEFAULT 0);

        CREATE TABLE spam_words(
            account_id INTEGER NOT NULL,
            word INTEGER NOT NULL,
            spam INTEGER NOT NULL,
            ham INTEGER NOT NULL,
            day INTEGER NOT NULL,
            PRIMARY KEY(account_id, word)) WITHOUT ROWID;

        CREATE TABLE spam_classes(
            account_id INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            class INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY(account_id, email_id)) WITHOUT ROWID;

        CREATE TABLE spam_senders(
            account_id INTEGER NOT NULL,
            sender INTEGER NOT NULL,
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            written_to INTEGER NOT NULL,
            spam INTEGER NOT NULL,
            PRIMARY KEY(account_id, sender)) WITHOUT ROWID;

        CREATE TABLE spam_list(
            account_id INTEGER NOT NULL,
            entry TEXT NOT NULL,
            class INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY(account_id, entry)) WITHOUT ROWID;
        """;

    /// <summary>Conversations across mailboxes, and mail that came over from another server.</summary>
    private const string Version3 = """
        CREATE INDEX messages_of_thread ON messages(account_id, thread_id);

        CREATE TABLE migrated(
            account_id INTEGER NOT NULL,
            source TEXT NOT NULL,
            folder TEXT NOT NULL,
            uid_validity INTEGER NOT NULL,
            old_uid INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            mailbox_id INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            old_flags INTEGER NOT NULL,
            old_keywords TEXT NOT NULL,
            PRIMARY KEY(account_id, source, folder, uid_validity, old_uid)) WITHOUT ROWID;

        CREATE TABLE old_unique_ids(
            account_id INTEGER NOT NULL,
            email_id INTEGER NOT NULL,
            unique_id TEXT NOT NULL,
            PRIMARY KEY(account_id, email_id)) WITHOUT ROWID;
        """;

    /// <summary>Sent dates beside the flags: a mailbox is sorted by them from memory.</summary>
    private const string Version4 = """
        ALTER TABLE placements ADD COLUMN sent_at INTEGER NOT NULL DEFAULT 0;
        UPDATE placements SET sent_at=coalesce((SELECT m.sent_at FROM messages m WHERE m.email_id=placements.email_id), received_at);
        """;
}
