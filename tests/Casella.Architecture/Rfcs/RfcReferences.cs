using AwesomeAssertions;

namespace Casella.Architecture.Rfcs;

/// <summary>RFC references exist, and docs/rfcs.md lists them.</summary>
public sealed class RfcReferences
{
    private static readonly string[] KnownStatus = ["followed", "partly", "later", "cited"];

    [Fact]
    public void Every_cited_RFC_has_a_title() =>
        Repository.AllCode.SelectMany(file => RfcCitations.In(file.Text, file.Path))
            .Where(citation => !RfcTable.Rows.ContainsKey(citation.Number))
            .Select(citation => $"RFC {citation.Number} in {citation.Path}")
            .Should().BeEmpty("a mistyped number, or one that needs its row in rfcs.tsv");

    [Fact]
    public void Every_row_has_a_known_status() =>
        RfcTable.Rows.Values.Where(rfc => !KnownStatus.Contains(rfc.Status, StringComparer.Ordinal)).Should().BeEmpty();

    [Fact]
    public void What_is_done_in_part_says_which_part() =>
        RfcTable.Rows.Values.Where(rfc => rfc.Status is "partly" or "later" && rfc.Remark.Length == 0).Should().BeEmpty();

    [Fact]
    public void The_index_of_RFCs_is_current() => GeneratedFile.ShouldBe("docs/rfcs.md", RfcIndex.Markdown(RfcCitations.InProduct));

    [Fact]
    public void A_citation_is_read_with_all_its_sections()
    {
        var cited = RfcCitations.In("// RFC 9051 §6.4.5, §7.5.2 and §9: see also RFC 7162 §3.2.6.", "x.cs").ToList();

        cited.Select(c => c.Number).Should().Equal(9051, 7162);
        cited[0].Sections.Should().Equal("6.4.5", "7.5.2", "9");
        cited[1].Sections.Should().Equal("3.2.6");
    }
}
