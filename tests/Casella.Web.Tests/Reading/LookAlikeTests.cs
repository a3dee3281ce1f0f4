using AwesomeAssertions;
using Casella.Web.Reading;

namespace Casella.Web.Tests.Reading;

/// <summary>Names that a hurried reader takes for ours, and honest neighbours.</summary>
public sealed class LookAlikeTests
{
    [Theory]
    [InlineData("examp1e.org")]
    [InlineData("exarnple.org")]
    [InlineData("exampel.org")]
    [InlineData("exemple.org")]
    [InlineData("examplee.org")]
    [InlineData("exmple.org")]
    [InlineData("EXAMPLE.com")]
    [InlineData("example.org.evil.test")]
    [InlineData("example-org.test")]
    [InlineData("ехаmрlе.org")]
    [InlineData("xn--exmple-cua.org")]
    [InlineData("exámple.org")]
    public void Some_names_look_like_ours(string domain) => LookAlike.Is(domain, "example.org").Should().BeTrue();

    [Theory]
    [InlineData("example.org")]
    [InlineData("EXAMPLE.ORG")]
    [InlineData("mail.example.org")]
    [InlineData("neighbour.test")]
    [InlineData("sample.org")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("xn--")]
    public void Others_do_not(string domain) => LookAlike.Is(domain, "example.org").Should().BeFalse();

    [Fact]
    public void Short_names_are_a_letter_apart_by_chance() => LookAlike.Is("avis.it", "aves.it").Should().BeFalse();
}
