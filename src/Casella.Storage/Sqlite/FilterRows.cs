using Casella.Core;
using Casella.Core.Storage;
using Casella.Storage.Sql;

namespace Casella.Storage.Sqlite;

/// <summary>Part of the writer's view of its account: see <see cref="IFilterRows"/>.</summary>
/// <param name="wrote">Told of each write that must be committed.</param>
internal sealed class FilterRows(Database database, AccountId account, Action wrote) : IFilterRows
{
    public IReadOnlyList<ScriptRow> Scripts()
    {
        var scripts = new List<ScriptRow>();
        var rows = database[FilterStatements.Scripts].Bind(account.Value);
        while (rows.Step())
            scripts.Add(new ScriptRow(rows.Text(0), rows.Long(1) != 0, rows.Long(2), rows.Long(3), DateTimeOffset.FromUnixTimeSeconds(rows.Long(4))));
        return scripts;
    }

    public string? Content(string name) => Text(database[FilterStatements.ScriptContent].Bind(account.Value).Bind(name));

    public long Save(string name, string content, DateTimeOffset at)
    {
        wrote();
        var version = database[FilterStatements.InsertVersion].Bind(account.Value).Bind(name).Bind(at.ToUnixTimeSeconds()).Bind(content).Scalar()!.Value;
        database[FilterStatements.PutScript].Bind(account.Value).Bind(name).Bind(version).Run();
        return version;
    }

    public void Delete(string name) => Run(database[FilterStatements.DeleteScript].Bind(account.Value).Bind(name));

    public void Rename(string from, string to)
    {
        Run(database[FilterStatements.RenameScript].Bind(account.Value).Bind(from).Bind(to));
        Run(database[FilterStatements.RenameVersions].Bind(account.Value).Bind(from).Bind(to));
    }

    public void SetActive(string? name) => Run(name is null
        ? database[FilterStatements.SetNoneActive].Bind(account.Value)
        : database[FilterStatements.SetActive].Bind(account.Value).Bind(name));

    public IReadOnlyList<ScriptVersionRow> Versions(string name)
    {
        var versions = new List<ScriptVersionRow>();
        var rows = database[FilterStatements.Versions].Bind(account.Value).Bind(name);
        while (rows.Step())
            versions.Add(new ScriptVersionRow(rows.Long(0), rows.Long(1), DateTimeOffset.FromUnixTimeSeconds(rows.Long(2))));
        return versions;
    }

    public string? Content(long version) => Text(database[FilterStatements.VersionContent].Bind(account.Value).Bind(version));

    public void KeepVersions(string name, int count) =>
        Run(database[FilterStatements.KeepVersions].Bind(account.Value).Bind(name).Bind(count));

    public bool IsRemembered(ReadOnlySpan<byte> key, DateTimeOffset now) =>
        database[FilterStatements.IsRemembered].Bind(account.Value).Bind(key).Bind(now.ToUnixTimeSeconds()).Scalar() is not null;

    public void Remember(ReadOnlySpan<byte> key, DateTimeOffset until) =>
        Run(database[FilterStatements.Remember].Bind(account.Value).Bind(key).Bind(until.ToUnixTimeSeconds()));

    public void ForgetRemembered(DateTimeOffset before) =>
        Run(database[FilterStatements.ForgetRemembered].Bind(account.Value).Bind(before.ToUnixTimeSeconds()));

    private static string? Text(Statement rows)
    {
        if (!rows.Step())
            return null;
        var text = rows.Text(0);
        rows.Reset();
        return text;
    }

    private void Run(Statement statement)
    {
        wrote();
        statement.Run();
    }
}
