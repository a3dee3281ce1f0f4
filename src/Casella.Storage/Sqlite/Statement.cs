using SQLitePCL;

namespace Casella.Storage.Sqlite;

/// <summary>
/// One prepared statement, kept with its connection and used again and again. Bind in order with the fluent calls, then
/// Run, or Step through the rows; both begin with a reset statement and leave it reset. Not thread-safe, like its
/// connection.
/// </summary>
internal sealed class Statement(sqlite3_stmt statement, Database database, string sql) : IDisposable
{
    private int _next = 1;

    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, _next++, value));
        return this;
    }

    public Statement Bind(long? value) => value is { } v ? Bind(v) : BindNull();

    public Statement Bind(string? value)
    {
        if (value is null)
            return BindNull();
        Check(raw.sqlite3_bind_text(statement, _next++, value));
        return this;
    }

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, _next++, 0) : raw.sqlite3_bind_blob(statement, _next++, value));
        return this;
    }

    public Statement BindOptional(byte[]? value) => value is null ? BindNull() : Bind(value.AsSpan());

    public Statement BindNull()
    {
        Check(raw.sqlite3_bind_null(statement, _next++));
        return this;
    }

    /// <summary>Whatever a column of another statement's row holds.</summary>
    public Statement BindFrom(Statement row, int column) => row.TypeOf(column) switch
    {
        raw.SQLITE_INTEGER => Bind(row.Long(column)),
        raw.SQLITE_TEXT => Bind(row.Text(column)),
        raw.SQLITE_BLOB => Bind(row.Span(column)),
        _ => BindNull(),
    };

    /// <summary>Runs a statement without rows; returns how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
            // PRAGMAs and RETURNING may yield rows that nobody asked for.
        }

        return raw.sqlite3_changes(database.Handle);
    }

    /// <summary>The next row; false at the end, and the statement is ready for its next use.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        Reset();
        return code == raw.SQLITE_DONE ? false : throw SqliteFailure.Of(code, sql, database.Message);
    }

    /// <summary>Leaves the rows that were not read.</summary>
    public void Reset()
    {
        _next = 1;
        _ = raw.sqlite3_reset(statement);   // repeats the error that Step has thrown already
    }

    /// <summary>The first column of the only row, or null.</summary>
    public long? Scalar()
    {
        if (!Step())
            return null;
        var value = IsNull(0) ? (long?)null : Long(0);
        Reset();
        return value;
    }

    public bool IsNull(int column) => TypeOf(column) == raw.SQLITE_NULL;
    public long Long(int column) => raw.sqlite3_column_int64(statement, column);
    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);
    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(statement, column);
    public byte[] Blob(int column) => Span(column).ToArray();

    public void Dispose() => statement.Dispose();

    private int TypeOf(int column) => raw.sqlite3_column_type(statement, column);

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw SqliteFailure.Of(code, sql, database.Message);
    }
}
