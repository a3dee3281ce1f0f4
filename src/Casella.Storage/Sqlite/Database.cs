using Casella.Core;
using SQLitePCL;

namespace Casella.Storage.Sqlite;

/// <summary>
/// One SQLite connection with its prepared statements, opened with the settings that the durability promise needs and
/// that are read back before anything is trusted to it. Used by one thread at a time.
/// </summary>
internal sealed class Database : IDisposable
{
    private const int BusyMilliseconds = 10_000;

    /// <summary>The writer waits for it, and everybody for the writer.</summary>
    private const int EmptyLogMilliseconds = 500;

    private const string Settings =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; PRAGMA cache_size=-2000;" +
        "PRAGMA mmap_size=0; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;";

    /// <summary>
    /// In WAL mode a power cut then costs the last commits and never the file; more cache, for words are everywhere.
    /// </summary>
    private const string RebuildableSettings = "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;";

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle) => Handle = handle;

    internal sqlite3 Handle { get; }
    internal string? Message => raw.sqlite3_errmsg(Handle).utf8_to_string();

    /// <summary>Opens a file, making it (mode 0600) if <paramref name="create"/> allows.</summary>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public static Database Open(string file, bool create)
    {
        var database = OpenFile(file, create);
        try
        {
            database.CheckDurability(file);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// As <see cref="Open"/>, for what can be made anew from other files: commits do not wait for the disk.
    /// </summary>
    /// <exception cref="MailException">Unavailable, Damaged.</exception>
    public static Database OpenRebuildable(string file, bool create)
    {
        var database = OpenFile(file, create);
        try
        {
            database.Execute(RebuildableSettings);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A prepared statement by its text; prepared once for this connection.</summary>
    public Statement this[string sql]
    {
        get
        {
            if (_statements.TryGetValue(sql, out var statement))
                return statement;
            var code = raw.sqlite3_prepare_v3(Handle, sql, (uint)raw.SQLITE_PREPARE_PERSISTENT, out var prepared);
            if (code != raw.SQLITE_OK)
                throw SqliteFailure.Of(code, sql, Message);
            return _statements[sql] = new Statement(prepared, this, sql);
        }
    }

    /// <summary>Runs a script of several statements.</summary>
    public void Execute(string script)
    {
        var code = raw.sqlite3_exec(Handle, script, null, 0, out var error);
        if (code != raw.SQLITE_OK)
            throw SqliteFailure.Of(code, script, error);
    }

    /// <summary>
    /// Brings the write-ahead log into the file and cuts it to nothing, so that no old page is left in it. Waits a moment
    /// for readers.
    /// </summary>
    /// <returns>False when a reader still needs it, to try again after the next commit.</returns>
    public bool TryEmptyLog()
    {
        _ = raw.sqlite3_busy_timeout(Handle, EmptyLogMilliseconds);
        try
        {
            return this["PRAGMA wal_checkpoint(TRUNCATE)"].Scalar() == 0;
        }
        finally
        {
            _ = raw.sqlite3_busy_timeout(Handle, BusyMilliseconds);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        Handle.Dispose();
    }

    private static Database OpenFile(string file, bool create)
    {
        if (create && !File.Exists(file))
            using (new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                // SQLite gives its -wal and -shm files the mode of the database, so the mode is set before it opens it.
            }

        var code = raw.sqlite3_open_v2(file, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX, null);
        var database = new Database(handle);
        try
        {
            if (code != raw.SQLITE_OK)
                throw SqliteFailure.Of(code, "open", file);
            _ = raw.sqlite3_busy_timeout(handle, BusyMilliseconds);
            database.Execute("PRAGMA page_size=4096;");
            database.Execute(Settings);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The default of "synchronous" depends on how SQLite was built: an OK that is not on disk would be a lie, so it is
    /// read back.
    /// </summary>
    private void CheckDurability(string file)
    {
        const long Full = 2;
        var journal = this["PRAGMA journal_mode"];
        var mode = journal.Step() ? journal.Text(0) : "";
        journal.Reset();
        if (this["PRAGMA synchronous"].Scalar() != Full || !string.Equals(mode, "wal", StringComparison.OrdinalIgnoreCase))
            throw new MailException(MailError.Unavailable, $"{file}: SQLite does not keep synchronous=FULL and WAL; refusing to run");
    }
}
