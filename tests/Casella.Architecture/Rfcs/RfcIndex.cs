using System.Globalization;
using System.Text;

namespace Casella.Architecture.Rfcs;

/// <summary>Writes docs/rfcs.md: every RFC the product's code cites, with sections and files.</summary>
internal static class RfcIndex
{
    private const string Introduction =
        """
        # RFCs

        <!-- Written from the comments in src/ by tests/Casella.Architecture; the status is kept in its Rfcs/rfcs.tsv.
             To update: UPDATE_DOCS=1 dotnet run --project tests/Casella.Architecture -->

        Every RFC that the code cites, and where. A citation stands on the member that obeys the rule.

        **followed**: what the listed sections ask of a server is done. **partly**: with the exceptions named.
        **later**: prepared for, neither done nor advertised yet. **cited**: named for a definition, a format or a limit.

        | RFC | title | status | sections | files |
        |---|---|---|---|---|

        """;

    public static string Markdown(IEnumerable<Citation> citations)
    {
        var text = new StringBuilder(Introduction);
        foreach (var cited in citations.GroupBy(c => c.Number).OrderBy(g => g.Key))
        {
            var rfc = RfcTable.Rows[cited.Key];
            var sections = cited.SelectMany(c => c.Sections).Distinct(StringComparer.Ordinal).OrderBy(SortKey, StringComparer.Ordinal);
            var files = cited.Select(c => c.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            text.Append(CultureInfo.InvariantCulture,
                $"| [{rfc.Number}](https://www.rfc-editor.org/rfc/rfc{rfc.Number}) | {rfc.Title} | {Status(rfc)} | {string.Join(", ", sections.Select(s => $"§{s}"))} | {string.Join("<br>", files.Select(Link))} |\n");
        }
        return text.ToString();
    }

    private static string Status(Rfc rfc) => rfc.Remark.Length == 0 ? rfc.Status : $"{rfc.Status}: {rfc.Remark}";

    private static string Link(string path) => $"[{path["src/Casella.".Length..]}](../{path})";

    // "10.2" behind "9.1": each number as wide as the widest.
    private static string SortKey(string section) => string.Join('.', section.Split('.').Select(part => part.PadLeft(4, '0')));
}
