using AwesomeAssertions;
using Casella.Web.Reading;

namespace Casella.Web.Tests.Reading;

/// <summary>What the washer leaves of honest mail; what it keeps out is tried in a real browser (Casella.Browser).</summary>
public sealed class HtmlWasherTests
{
    [Fact]
    public void Writing_and_tables_stay_as_they_are()
    {
        const string Html = "<table border=\"0\" width=\"600\"><tbody><tr><td bgcolor=\"#ffffff\"><p>Ciao <b>a tutti</b></p></td></tr></tbody></table>";

        Wash(Html).Should().Be(Html);
    }

    [Fact]
    public void A_style_keeps_what_dresses_and_loses_what_moves() =>
        Wash("<p style=\"color: red; position: fixed; top: 0; z-index: 9\">x</p>").Should().Be("<p style=\"color: rgba(255, 0, 0, 1)\">x</p>");

    [Fact]
    public void A_link_opens_elsewhere_and_says_where() =>
        Wash("<a href=\"https://example.org/a\">qui</a>").Should()
            .Be("<a href=\"https://example.org/a\" target=\"_blank\" rel=\"noopener noreferrer nofollow\" title=\"https://example.org/a\">qui</a>");

    [Fact]
    public void A_link_that_lies_is_told() =>
        Wash("<p><a href=\"https://evil.test/\">www.bank.example</a></p>").Should().Contain("casella-goes-to").And.Contain("evil.test");

    [Fact]
    public void Pictures_from_elsewhere_are_counted_and_left_out()
    {
        var washer = new HtmlWasher(url => url.StartsWith("cid:", StringComparison.Ordinal) ? "data:image/png;base64,AA==" : null);

        var washed = washer.Wash("<img src=\"https://outside.test/pixel.gif\"><img src=\"cid:logo\">");

        washer.BlockedPictures.Should().Be(1);
        washed.Should().NotContain("outside.test").And.Contain("data:image/png");
    }

    [Theory]
    [InlineData("<div>", 100_000)]
    [InlineData("<b>", 1_000)]
    [InlineData("<table><tr><td>", 5_000)]
    public void What_is_built_to_take_the_server_down_is_not_looked_at(string tag, int times) =>
        Wash(string.Concat(Enumerable.Repeat(tag, times))).Should().BeNull();

    [Fact]
    public void Open_paragraphs_and_list_items_are_nothing_unusual() =>
        Wash(string.Concat(Enumerable.Repeat("<p>uno<li>due", 2_000))).Should().NotBeNull();

    [Fact]
    public void Picture_types_are_known_by_their_bytes()
    {
        PictureType.Of([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]).Should().Be("image/png");
        PictureType.Of("GIF89a.."u8).Should().Be("image/gif");
        PictureType.Of("<svg xmlns"u8).Should().BeNull();
        PictureType.Of("<html>"u8).Should().BeNull();
    }

    private static string? Wash(string html) => new HtmlWasher(_ => null).Wash(html);
}
