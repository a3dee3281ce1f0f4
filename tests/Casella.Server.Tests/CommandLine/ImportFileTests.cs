using AwesomeAssertions;
using Casella.Server.CommandLine;

namespace Casella.Server.Tests.CommandLine;

public sealed class ImportFileTests
{
    [Fact]
    public void Columns_come_in_any_order_and_only_the_address_must_be_there()
    {
        var file = ImportFile.Parse("name,address\nAnna,anna@example.org\n");

        file.Problems.Should().BeEmpty();
        file.Rows.Should().Equal(new ImportRow(2, "anna@example.org", Password: null, Quota: 1L << 30, "Anna"));
    }

    [Fact]
    public void A_quota_may_be_none_and_a_password_given()
    {
        var row = ImportFile.Parse("address,password,quota,name\ninfo@example.org,correct horse battery,none,\n").Rows.Single();

        row.Should().Be(new ImportRow(2, "info@example.org", "correct horse battery", Quota: null, Name: null));
        row.ToString().Should().NotContain("horse", "rows end up in messages");
    }

    [Fact]
    public void Every_wrong_line_is_told_by_its_number()
    {
        var file = ImportFile.Parse("address,quota\nanna@example.org,1GB\n,1GB\nluca@example.org,plenty\nANNA@example.org,1GB\nshort\n");

        file.Problems.Select(p => (p.Line, p.Message)).Should().Equal(
            (3, "the address is empty"),
            (4, "\"plenty\" is not a quota; write for example 500MB, 1GB or none"),
            (5, "ANNA@example.org is already in line 2"),
            (6, "has 1 fields, the first line has 2"));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("address,shoe size\n", "there is no column \"shoe size\"")]
    [InlineData("name,quota\n", "the column address is missing")]
    [InlineData("address,address\n", "a column is there twice")]
    [InlineData("address\n\"open", "a quote opens here")]
    public void A_file_with_another_shape_is_refused_as_a_whole(string text, string words)
    {
        var file = ImportFile.Parse(text);

        file.Rows.Should().BeEmpty();
        file.Problems.Should().ContainSingle().Which.Message.Should().Contain(words);
    }

    [Fact]
    public async Task A_file_that_is_not_UTF8_says_how_to_save_it()
    {
        using var folder = new TestFolder();
        var path = Path.Join(folder.Path, "latin1.csv");
        await File.WriteAllBytesAsync(path, [.. "address,name\ninfo@example.org,Forl"u8, 0xEC, (byte)'\n'], TestContext.Current.CancellationToken);

        var read = () => ImportFile.ReadAsync(path, TestContext.Current.CancellationToken);

        (await read.Should().ThrowAsync<CommandException>()).WithMessage("*is not UTF-8; save it as \"CSV UTF-8\"*");
    }
}
