using System.Text;
using Casella.Core.Office;

namespace Casella.Server.CommandLine;

/// <summary>
/// A file of accounts to import: header <c>address,password,quota,name,members</c> in any order, only address required.
/// What it says is read by <see cref="MailboxSheet"/>, as in the office; here it gets its English words.
/// </summary>
internal sealed class ImportFile
{
    /// <summary>About 200,000 accounts; more is the wrong file.</summary>
    private const long MaxSize = 20 * 1024 * 1024;

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
        var sheet = MailboxSheet.Parse(text);
        return new ImportFile(
            [.. sheet.Rows.Select(row => new ImportRow(row.Line, row.Mailbox.Address, row.Mailbox.Password, row.Mailbox.Quota, row.Mailbox.Name) { Members = row.Mailbox.Members is { Count: > 0 } members ? members : [] })],
            [.. sheet.Problems.Select(problem => new ImportProblem(problem.Line, Words(problem)))]);
    }

    private static string Words(SheetProblem problem) => problem.Kind switch
    {
        SheetProblemKind.Empty => $"the file is empty; its first line is {string.Join(',', MailboxSheet.Columns)}",
        SheetProblemKind.UnknownColumn => $"there is no column \"{problem.Value}\"; the first line is {string.Join(',', MailboxSheet.Columns)}",
        SheetProblemKind.ColumnTwice => "a column is there twice",
        SheetProblemKind.NoAddressColumn => "the column address is missing",
        SheetProblemKind.Quotes => problem.Value,
        SheetProblemKind.Fields => $"has {problem.Value} fields, the first line has {problem.Wanted}",
        SheetProblemKind.NoAddress => "the address is empty",
        SheetProblemKind.Twice => $"{problem.Value} is already in line {problem.Wanted}",
        SheetProblemKind.Quota => $"\"{problem.Value}\" is not a quota; write for example 500MB, 1GB or none",
        SheetProblemKind.Members => $"\"{problem.Value}\" does not name members; write for example anna.rossi marco:read,work",
    };
}

/// <param name="Password">Null for one that is generated.</param>
/// <param name="Quota">Bytes; null for none.</param>
internal sealed record ImportRow(int Line, string Address, string? Password, long? Quota, string? Name)
{
    public IReadOnlyList<MemberToAdd> Members { get; init; } = [];

    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{Line}: {Address}";
}

internal sealed record ImportProblem(int Line, string Message);
