using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Addresses;

public sealed class NamedAddressTests
{
    [Theory]
    [InlineData("Anna", "Anna <anna@example.org>")]
    [InlineData("Anna Bianchi", "Anna Bianchi <anna@example.org>")]
    [InlineData("Bianchi, Anna", "\"Bianchi, Anna\" <anna@example.org>")]
    [InlineData("Anna\r\nBcc: x", "\"Anna  Bcc: x\" <anna@example.org>")]
    [InlineData("  ", "<anna@example.org>")]
    [InlineData("Niccolò", null)]
    [InlineData("Segreteria della sezione di Forlì e di tutta la Romagna, con un nome che non finisce più e più e più", null)]
    public void A_name_stands_before_its_address_on_one_line_and_is_read_as_it_was(string name, string? expected)
    {
        EmailAddress.TryParse("anna@example.org", out var address).Should().BeTrue();

        var text = NamedAddress.Format(name, address!);

        if (expected is not null)
            text.Should().Be(expected);
        text.Should().NotContainAny("\r", "\n");
        var read = AddressList.Parse(System.Text.Encoding.ASCII.GetBytes(text)).Should().ContainSingle().Subject;
        System.Text.Encoding.ASCII.GetString(read.Mailbox!.Value.Span).Should().Be("anna");
        if (expected is null)
            DecodedText.Header(read.Name!.Value.Span).Should().Be(name);
    }
}
