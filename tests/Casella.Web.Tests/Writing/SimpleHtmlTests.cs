using AwesomeAssertions;
using Casella.Web.Writing;

namespace Casella.Web.Tests.Writing;

/// <summary>HTML in our own page: no frame is around it, so hardly anything stays.</summary>
public sealed class SimpleHtmlTests
{
    [Fact]
    public void Writing_stays() =>
        SimpleHtml.Wash("<p>Ciao <b>a</b> <i>tutti</i> <a href=\"https://example.org/\">qui</a></p><blockquote>x</blockquote>")
            .Should().Be("<p>Ciao <b>a</b> <i>tutti</i> <a href=\"https://example.org/\">qui</a></p><blockquote>x</blockquote>");

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<style>*{background:url(//outside.test)}</style>")]
    [InlineData("<svg onload=alert(1)>")]
    [InlineData("<iframe src=//outside.test></iframe>")]
    public void What_is_no_writing_goes(string html) => SimpleHtml.Wash(html).Should().BeEmpty();

    [Theory]
    [InlineData("<p style=\"position:fixed\" class=desk id=desk onclick=alert(1) data-act=delete>x</p>", "<p>x</p>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>")]
    [InlineData("<table><tr><td>x</td></tr></table>", "x")]
    public void Attributes_go_and_words_stay(string html, string washed) => SimpleHtml.Wash(html).Trim().Should().Be(washed);
}
