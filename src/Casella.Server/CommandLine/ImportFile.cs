using System.Text;

namespace Casella.Server.CommandLine;

/// <summary>
/// A file of accounts to import: header <c>address,password,quota,name</c> in any order, only address required.
/// Everything that can be said about it without the directory is said here, by line.
/// </summary>
internal sealed class ImportFile
{
    /// <summary>About 200,000 accounts; more is the wrong file.</summary>
    private const long MaxSize = 20 * 1024 * 1024;

    private static readonly string[] Columns = ["address", "password", "quota", "name"];

    private ImportFile(IReadOnlyList<ImportRow> rows, IReadOnlyList<ImportProblem> problems) => (Rows, Problems) = (rows, problems);

    public IReadOnlyList<ImportRow> Rows { get; }
    public IReadOnlyList<ImportProblem> Problems { get; }

    /// <exception cref="CommandException">The file cannot be read as text.</exception>
    public static async Task<ImportFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > MaxSize)
                throw new CommandException("ImportFile", $"{path} has more than 20 MB; that is no list of accounts.");
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            return Parse(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF'));
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException("ImportFile", $"{path} is not UTF-8; save it as \"CSV UTF-8\" and try again.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException("ImportFile", $"{path} cannot be read: {unreadable.Message}");
        }
    }

    public static ImportFile Parse(string text)
    {
        try
        {
            var records = CsvReader.Read(text);
            if (records.Count == 0)
                return Wrong(1, $"the file is empty; its first line is {string.Join(',', Columns)}");
            var header = records[0].Fields.Select(f => f.Trim().ToLowerInvariant()).ToList();
            if (HeaderProblem(header) is { } problem)
                return Wrong(records[0].Line, problem);
            return ParseRows(header, [.. records.Skip(1)]);
        }
        catch (CsvException malformed)
        {
            return Wrong(malformed.Line, malformed.Message);
        }
    }

    private static string? HeaderProblem(List<string> header)
    {
        if (header.FirstOrDefault(name => !Columns.Contains(name, StringComparer.Ordinal)) is { } unknown)
            return $"there is no column \"{unknown}\"; the first line is {string.Join(',', Columns)}";
        if (header.Distinct(StringComparer.Ordinal).Count() != header.Count)
            return "a column is there twice";
        return header.Contains("address", StringComparer.Ordinal) ? null : "the column address is missing";
    }

    private static ImportFile ParseRows(List<string> header, IReadOnlyList<CsvRecord> records)
    {
        var rows = new List<ImportRow>();
        var problems = new List<ImportProblem>();
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var record in records)
        {
            if (record.Fields.Count != header.Count)
            {
                problems.Add(new ImportProblem(record.Line, $"has {record.Fields.Count} fields, the first line has {header.Count}"));
                continue;
            }
            string? Field(string name) => header.IndexOf(name) is var i and >= 0 && record.Fields[i].Length > 0 ? record.Fields[i] : null;
            var address = Field("address") ?? "";
            if (address.Length == 0)
                problems.Add(new ImportProblem(record.Line, "the address is empty"));
            else if (!seen.TryAdd(address, record.Line))
                problems.Add(new ImportProblem(record.Line, $"{address} is already in line {seen[address]}"));
            else if (!Values.TryParseQuota(Field("quota") ?? "", out var quota))
                problems.Add(new ImportProblem(record.Line, $"\"{Field("quota")}\" is not a quota; write for example 500MB, 1GB or none"));
            else
                rows.Add(new ImportRow(record.Line, address, Field("password"), quota, Field("name")));
        }
        return new ImportFile(rows, problems);
    }

    private static ImportFile Wrong(int line, string message) => new([], [new ImportProblem(line, message)]);
}

/// <param name="Password">Null for one that is generated.</param>
/// <param name="Quota">Bytes; null for none.</param>
internal sealed record ImportRow(int Line, string Address, string? Password, long? Quota, string? Name)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{Line}: {Address}";
}

internal sealed record ImportProblem(int Line, string Message);
