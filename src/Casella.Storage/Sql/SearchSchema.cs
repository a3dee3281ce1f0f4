using Casella.Storage.Sqlite;

namespace Casella.Storage.Sql;

/// <summary>
/// The schema of an account's full-text index and every statement on it. Three FTS5 tables of trigrams, for the fields
/// that people search, the other header fields, and the bodies; they keep no text (content=''), no places
/// (detail=none: a trigram is in a message or not) and their row is the message. The folded texts stand beside them,
/// compressed, and those fields once more by themselves, so that a page of the file has dozens of them; so has what
/// threading needs. ADR 0018.
/// </summary>
internal static class SearchSchema
{
    // A new version of the texts or of their folding: raise the application id, and every index is made anew.
    public static Migrations Migrations { get; } = new(0x43_53_4d_33, [Version1]);

    private const string Trigrams = "content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'";

    private const string Version1 = $"""
        CREATE TABLE marks(
            account_id INTEGER PRIMARY KEY,
            last_email INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            last_object_id TEXT NOT NULL);

        CREATE TABLE texts(
            email_id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            whole INTEGER NOT NULL,
            header BLOB NOT NULL,
            body BLOB NOT NULL);

        CREATE TABLE names(email_id INTEGER PRIMARY KEY, text BLOB NOT NULL);
        CREATE TABLE links(email_id INTEGER PRIMARY KEY, packed BLOB NOT NULL);

        CREATE INDEX partial_texts ON texts(account_id, email_id) WHERE whole=0;

        CREATE VIRTUAL TABLE name_words USING fts5(text, {Trigrams});
        CREATE VIRTUAL TABLE header_words USING fts5(text, {Trigrams});
        CREATE VIRTUAL TABLE body_words USING fts5(text, {Trigrams});
        """;

    public const string Mark = "SELECT last_email, modseq, last_object_id FROM marks WHERE account_id=?";
    public const string PutMark = "INSERT OR REPLACE INTO marks(account_id, last_email, modseq, last_object_id) VALUES(?,?,?,?)";

    public const string InsertText = "INSERT INTO texts(email_id, account_id, whole, header, body) VALUES(?,?,?,?,?)";
    public const string InsertName = "INSERT INTO names(email_id, text) VALUES(?,?)";
    public const string Header = "SELECT email_id, whole, header FROM texts WHERE email_id BETWEEN ? AND ?";
    public const string Body = "SELECT email_id, whole, body FROM texts WHERE email_id BETWEEN ? AND ?";
    public const string HeaderAndBody = "SELECT email_id, whole, header, body FROM texts WHERE email_id BETWEEN ? AND ?";
    public const string Names = "SELECT email_id, 1, text FROM names WHERE email_id BETWEEN ? AND ?";
    public const string InsertLinks = "INSERT INTO links(email_id, packed) VALUES(?,?)";
    public const string Links = "SELECT email_id, packed FROM links WHERE email_id BETWEEN ? AND ?";
    public const string DeleteLinks = "DELETE FROM links WHERE email_id=?";
    public const string DeleteName = "DELETE FROM names WHERE email_id=?";
    public const string DeleteText = "DELETE FROM texts WHERE email_id=?";
    public const string Texts = "SELECT email_id FROM texts WHERE account_id=? AND email_id>? ORDER BY email_id LIMIT ?";
    public const string PartialTexts = "SELECT email_id FROM texts WHERE account_id=? AND whole=0";
    public const string CountTexts = "SELECT count(*) FROM texts";

    public const string InsertNames = "INSERT INTO name_words(rowid, text) VALUES(?,?)";
    public const string InsertHeaders = "INSERT INTO header_words(rowid, text) VALUES(?,?)";
    public const string InsertBody = "INSERT INTO body_words(rowid, text) VALUES(?,?)";
    public const string FindNames = "SELECT rowid FROM name_words WHERE name_words MATCH ? AND rowid BETWEEN ? AND ?";
    public const string FindHeaders = "SELECT rowid FROM header_words WHERE header_words MATCH ? AND rowid BETWEEN ? AND ?";
    public const string FindBodies = "SELECT rowid FROM body_words WHERE body_words MATCH ? AND rowid BETWEEN ? AND ?";
    public const string DeleteNames = "DELETE FROM name_words WHERE rowid=?";
    public const string DeleteHeaders = "DELETE FROM header_words WHERE rowid=?";
    public const string DeleteBody = "DELETE FROM body_words WHERE rowid=?";
}
