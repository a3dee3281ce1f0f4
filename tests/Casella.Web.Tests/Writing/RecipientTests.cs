using AwesomeAssertions;
using Casella.Web.Writing;

namespace Casella.Web.Tests.Writing;

public sealed class RecipientTests
{
    [Theory]
    [InlineData("anna@example.org", null, "anna@example.org")]
    [InlineData(" Anna Bianchi <anna@example.org> ", "Anna Bianchi", "anna@example.org")]
    [InlineData("\"Bianchi, Anna\" <anna@example.org>", "Bianchi, Anna", "anna@example.org")]
    [InlineData("<anna@example.org>", null, "anna@example.org")]
    public void A_recipient_is_read_as_people_write_one(string text, string? name, string address)
    {
        var recipient = Recipient.Parse(text)!;

        recipient.Name.Should().Be(name);
        recipient.Address.ToString().Should().Be(address);
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("")]
    [InlineData("Anna <anna>")]
    [InlineData("@example.org")]
    public void What_is_no_address_is_none(string text) => Recipient.Parse(text).Should().BeNull();

    [Fact]
    public void A_quotation_has_its_marks() =>
        ReplySeed.Quote("uno\n\n> due\n").Should().Be("> uno\n>\n>> due\n");
}
