namespace Casella.Imap.Tests.Witnesses;

/// <summary>
/// Where MimeKit reads something else, and why we stay with what we read: a line for each in mimekit-differences.tsv, the
/// beginning of a message's name and the reason.
/// </summary>
internal static class KnownMimeKitDifferences
{
    private static readonly (string Name, string Reason)[] OfMessages =
    [
        .. File.ReadLines(Path.Join(AppContext.BaseDirectory, "Witnesses", "mimekit-differences.tsv"))
            .Select(line => line.Split('\t')).Where(columns => columns.Length == 2).Select(columns => (columns[0], columns[1])),
    ];

    public static string? ReasonOf(string name) =>
        OfMessages.FirstOrDefault(one => name.StartsWith(one.Name, StringComparison.Ordinal)).Reason;

    /// <summary>The names of those that no message has.</summary>
    public static IEnumerable<string> Unused(IEnumerable<string> different)
    {
        var names = different.ToList();
        return OfMessages.Where(one => !names.Exists(name => name.StartsWith(one.Name, StringComparison.Ordinal))).Select(one => one.Name);
    }
}
