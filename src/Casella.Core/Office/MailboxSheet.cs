using System.Globalization;
using Casella.Core.Directory;
using Casella.Core.Quota;
using Casella.Formats.Csv;

namespace Casella.Core.Office;

/// <summary>
/// A list of mailboxes to make, as a spreadsheet saves it: header <c>address,password,quota,name,members</c> in any
/// order, only address required. What can be said about it without the directory is said here, by line; who reads it
/// has the words. Members are logins with spaces between, each with rights behind a colon where it has not all:
/// "anna.rossi marco:read,work".
/// </summary>
public sealed record MailboxSheet(IReadOnlyList<SheetRow> Rows, IReadOnlyList<SheetProblem> Problems)
{
    /// <summary>What the first line may name.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["address", "password", "quota", "name", "members"];

    public static MailboxSheet Parse(string text)
    {
        try
        {
            var records = CsvReader.Read(text.TrimStart('\uFEFF'));
            if (records.Count == 0)
                return Wrong(new SheetProblem(1, SheetProblemKind.Empty));
            var header = records[0].Fields.Select(name => name.Trim().ToLowerInvariant()).ToList();
            return HeaderProblem(header, records[0].Line) is { } problem ? Wrong(problem) : ParseRows(header, [.. records.Skip(1)]);
        }
        catch (CsvException malformed)
        {
            return Wrong(new SheetProblem(malformed.Line, SheetProblemKind.Quotes, malformed.Message));
        }
    }

    private static SheetProblem? HeaderProblem(List<string> header, int line)
    {
        if (header.FirstOrDefault(name => !Columns.Contains(name, StringComparer.Ordinal)) is { } unknown)
            return new SheetProblem(line, SheetProblemKind.UnknownColumn, unknown);
        if (header.Distinct(StringComparer.Ordinal).Count() != header.Count)
            return new SheetProblem(line, SheetProblemKind.ColumnTwice);
        return header.Contains("address", StringComparer.Ordinal) ? null : new SheetProblem(line, SheetProblemKind.NoAddressColumn);
    }

    private static MailboxSheet ParseRows(List<string> header, IReadOnlyList<CsvRecord> records)
    {
        var (rows, problems) = (new List<SheetRow>(), new List<SheetProblem>());
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var record in records)
        {
            if (record.Fields.Count != header.Count)
            {
                problems.Add(new SheetProblem(record.Line, SheetProblemKind.Fields, Number(record.Fields.Count), Number(header.Count)));
                continue;
            }

            string? Field(string name) => header.IndexOf(name) is var i and >= 0 && record.Fields[i].Length > 0 ? record.Fields[i] : null;
            var address = Field("address") ?? "";
            if (address.Length == 0)
                problems.Add(new SheetProblem(record.Line, SheetProblemKind.NoAddress));
            else if (!seen.TryAdd(address, record.Line))
                problems.Add(new SheetProblem(record.Line, SheetProblemKind.Twice, address, Number(seen[address])));
            else if (!SizeText.TryParseQuota(Field("quota") ?? "", out var quota))
                problems.Add(new SheetProblem(record.Line, SheetProblemKind.Quota, Field("quota") ?? ""));
            else if (Members(Field("members") ?? "") is not { } members)
                problems.Add(new SheetProblem(record.Line, SheetProblemKind.Members, Field("members") ?? ""));
            else
                rows.Add(new SheetRow(record.Line, new MailboxToAdd(address, Field("name"), quota, Field("password"), HasCommonPassword: true, members)));
        }

        return new MailboxSheet(rows, problems);
    }

    /// <summary>Null when it names rights that there are not.</summary>
    private static List<MemberToAdd>? Members(string text)
    {
        var members = new List<MemberToAdd>();
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if ((colon < 0 ? MemberRights.All : RightsText.Parse(part[(colon + 1)..])) is not { } rights)
                return null;
            members.Add(new MemberToAdd(colon < 0 ? part : part[..colon], rights));
        }

        return members;
    }

    private static MailboxSheet Wrong(SheetProblem problem) => new([], [problem]);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

public sealed record SheetRow(int Line, MailboxToAdd Mailbox);

/// <param name="Value">What stands there.</param>
/// <param name="Wanted">What should; or the line where it stood before.</param>
public sealed record SheetProblem(int Line, SheetProblemKind Kind, string Value = "", string Wanted = "");

/// <summary>What is wrong with a line of a sheet.</summary>
public enum SheetProblemKind
{
    Empty,
    UnknownColumn,
    ColumnTwice,
    NoAddressColumn,

    /// <summary>A quote that does not close; the value says it in English.</summary>
    Quotes,
    Fields,
    NoAddress,
    Twice,
    Quota,
    Members,
}
