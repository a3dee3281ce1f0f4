namespace Casella.Architecture.Rfcs;

/// <summary>
/// Titles and standing of RFCs, from rfcs.tsv: number, status, title, remark. The texts themselves are not part of the
/// repository.
/// </summary>
internal static class RfcTable
{
    private const string File = "tests/Casella.Architecture/Rfcs/rfcs.tsv";

    public static IReadOnlyDictionary<int, Rfc> Rows { get; } = System.IO.File.ReadAllLines(Path.Join(Repository.Root, File))
        .Select(line => line.Split('\t'))
        .Select(cells => new Rfc(int.Parse(cells[0], System.Globalization.CultureInfo.InvariantCulture), cells[1], cells[2], cells.Length > 3 ? cells[3] : ""))
        .ToDictionary(rfc => rfc.Number);
}

/// <param name="Status">followed, partly, later or cited.</param>
internal sealed record Rfc(int Number, string Status, string Title, string Remark);
