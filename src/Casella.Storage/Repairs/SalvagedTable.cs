using Casella.Storage.Sqlite;

namespace Casella.Storage.Repairs;

/// <summary>How one table of a damaged file is walked through: see <see cref="Salvage"/>.</summary>
/// <param name="Key">The number by which it is walked; the column that its key goes on with where that is no number.</param>
/// <param name="IsByMailbox">Walked for each mailbox, by what its key has behind it.</param>
internal sealed record SalvagedTable(string Name, IReadOnlyList<string> Columns, string Key, bool IsNumbered, bool IsByMailbox)
{
    private string Select => $"SELECT {string.Join(", ", Columns)}, {Key} FROM {Name} WHERE account_id=?{(IsByMailbox ? " AND mailbox_id=?" : "")}";

    public string From => $"{Select} AND {Key}>=? ORDER BY {Key}";
    public string Ascending => $"{Select} ORDER BY {Key}";
    public string Descending => $"{Select} ORDER BY {Key} DESC";
    public string Insert => $"INSERT OR IGNORE INTO {Name}({string.Join(", ", Columns)}) VALUES({string.Join(", ", Columns.Select(_ => "?"))})";

    /// <summary>The account and its mailboxes first.</summary>
    public static IReadOnlyList<SalvagedTable> All(Database database)
    {
        var tables = new List<(string Name, bool HasRowid)>();
        var rows = database["SELECT name, sql NOT LIKE '%WITHOUT ROWID%' FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name NOT IN ('accounts','mailboxes'), name"];
        while (rows.Step())
            tables.Add((rows.Text(0), rows.Long(1) != 0));
        return [.. tables.Select(table => Of(database, table.Name, table.HasRowid))];
    }

    private static SalvagedTable Of(Database database, string name, bool hasRowid)
    {
        var columns = new List<string>();
        var key = new SortedDictionary<long, (string Column, bool IsNumber)>();
        for (var rows = database[$"PRAGMA table_info({name})"]; rows.Step();)
        {
            columns.Add(rows.Text(1));
            if (rows.Long(5) > 0)
                key[rows.Long(5)] = (rows.Text(1), rows.Text(2) is "INTEGER");
        }

        if (hasRowid)
            return new SalvagedTable(name, columns, "rowid", IsNumbered: true, IsByMailbox: false);
        var parts = key.Values.ToList();
        var isByMailbox = parts.Count > 2 && parts[1].Column is "mailbox_id";
        var (column, isNumber) = parts[isByMailbox ? 2 : 1];
        return new SalvagedTable(name, columns, column, isNumber, isByMailbox);
    }
}
