using Casella.Formats.Csv;

namespace Casella.Formats.Tests.Csv;

public sealed class CsvReaderTests
{
    [Fact]
    public void Quoted_fields_hold_commas_quotes_and_line_ends()
    {
        var records = CsvReader.Read("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\nlast,1");

        records.Select(r => r.Fields).Should().BeEquivalentTo(new[] { ["a", "b"], ["x, \"y\"", "two\nlines"], new[] { "last", "1" } });
        records.Select(r => r.Line).Should().Equal(1, 2, 4);
    }

    [Fact]
    public void A_header_with_semicolons_makes_them_the_separator() =>
        CsvReader.Read("address;name\ninfo@example.org;Rossi, Anna")[1].Fields.Should().Equal("info@example.org", "Rossi, Anna");

    [Fact]
    public void Empty_lines_count_as_lines_but_are_no_records() =>
        CsvReader.Read("a,b\n\n\n1,2\n").Select(r => r.Line).Should().Equal(1, 4);

    [Fact]
    public void An_empty_field_at_the_end_is_a_field() =>
        CsvReader.Read("a,b,c\n1,,")[1].Fields.Should().Equal("1", "", "");

    [Fact]
    public void A_quote_that_never_closes_is_told_by_the_line_it_opens_in()
    {
        var read = () => CsvReader.Read("a,b\n1,\"open\nand on\n");

        read.Should().Throw<CsvException>().Which.Line.Should().Be(2);
    }

    [Fact]
    public void Text_behind_a_closing_quote_is_an_error()
    {
        var read = () => CsvReader.Read("a,b\n\"1\"x,2");

        read.Should().Throw<CsvException>().WithMessage("*after a closing quote*");
    }
}
