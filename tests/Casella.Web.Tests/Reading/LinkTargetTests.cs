using AwesomeAssertions;
using Casella.Web.Reading;

namespace Casella.Web.Tests.Reading;

public sealed class LinkTargetTests
{
    [Theory]
    [InlineData("www.bank.example", "https://evil.test/login", "evil.test")]
    [InlineData("https://bank.example/area", "https://bank.example.evil.test/", "bank.example.evil.test")]
    [InlineData("bank.example", "https://bank.example@evil.test/", "evil.test")]
    public void A_link_that_says_another_place_is_told(string text, string target, string host) =>
        LinkTarget.Deceives(text, target).Should().Be(host);

    [Theory]
    [InlineData("Clicca qui", "https://example.org/")]
    [InlineData("example.org", "https://www.example.org/news")]
    [InlineData("www.example.org", "https://news.example.org/")]
    [InlineData("relazione.pdf", "https://files.example.org/1")]
    [InlineData("anna@example.org", "mailto:anna@example.org")]
    public void An_honest_one_is_not(string text, string target) => LinkTarget.Deceives(text, target).Should().BeNull();
}
