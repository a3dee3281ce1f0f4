namespace Casella.Storage.Sql;

/// <summary>Statements on Sieve scripts, their versions, and what their runs remember.</summary>
internal static class FilterStatements
{
    public const string Scripts =
        "SELECT s.name, s.is_active, s.version, length(CAST(v.content AS BLOB)), v.at FROM scripts AS s JOIN script_versions AS v USING(account_id, version) WHERE s.account_id=? ORDER BY s.name";
    public const string ScriptContent =
        "SELECT v.content FROM scripts AS s JOIN script_versions AS v USING(account_id, version) WHERE s.account_id=? AND s.name=?";
    public const string InsertVersion =
        "INSERT INTO script_versions(account_id, version, name, at, content) SELECT ?1, coalesce(max(version),0)+1, ?2, ?3, ?4 FROM script_versions WHERE account_id=?1 RETURNING version";
    public const string PutScript =
        "INSERT INTO scripts(account_id, name, version, is_active) VALUES(?,?,?,0) ON CONFLICT(account_id, name) DO UPDATE SET version=excluded.version";
    public const string DeleteScript = "DELETE FROM scripts WHERE account_id=? AND name=?";
    public const string RenameScript = "UPDATE scripts SET name=?3 WHERE account_id=?1 AND name=?2";
    public const string RenameVersions = "UPDATE script_versions SET name=?3 WHERE account_id=?1 AND name=?2";
    public const string SetActive = "UPDATE scripts SET is_active=(name=?2) WHERE account_id=?1 AND is_active<>(name=?2)";
    public const string SetNoneActive = "UPDATE scripts SET is_active=0 WHERE account_id=? AND is_active=1";
    public const string Versions =
        "SELECT version, length(CAST(content AS BLOB)), at FROM script_versions WHERE account_id=? AND name=? ORDER BY version DESC";
    public const string VersionContent = "SELECT content FROM script_versions WHERE account_id=? AND version=?";
    public const string KeepVersions =
        "DELETE FROM script_versions WHERE account_id=?1 AND name=?2 AND version NOT IN (SELECT version FROM script_versions WHERE account_id=?1 AND name=?2 ORDER BY version DESC LIMIT ?3)";

    public const string IsRemembered = "SELECT 1 FROM filter_memory WHERE account_id=? AND key=? AND until>?";
    public const string Remember = "INSERT OR REPLACE INTO filter_memory(account_id, key, until) VALUES(?,?,?)";
    public const string ForgetRemembered = "DELETE FROM filter_memory WHERE account_id=? AND until<?";
}
