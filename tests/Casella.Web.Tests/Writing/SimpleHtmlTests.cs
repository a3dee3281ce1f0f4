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

    /// <summary>A picture is one of ours, or none.</summary>
    [Theory]
    [InlineData("<img src=\"/compose/picture/u:1\" alt=\"logo\" width=\"40\" onerror=\"alert(1)\" style=\"position:fixed\">", "<img src=\"cid:picture1.m@x\" alt=\"logo\" width=\"40\">")]
    [InlineData("<img src=\"https://outside.test/compose/picture/u:1\">", "")]
    [InlineData("<img src=\"//outside.test/compose/picture/u:1\">", "")]
    [InlineData("<img src=\"data:image/svg+xml,x\">", "")]
    [InlineData("<img srcset=\"/compose/picture/u:1\">", "")]
    [InlineData("<div src=\"/compose/picture/u:1\">x</div>", "<div>x</div>")]
    public void Of_pictures_only_ours_go_into_the_mail(string html, string document)
    {
        var pictures = new WrittenPictures("m@x");

        SimpleHtml.Document(html, pictures).Should().Be($"<html><body>{document}</body></html>");
        pictures.Names.Keys.Should().BeEquivalentTo(document.Contains("cid:", StringComparison.Ordinal) ? ["u:1"] : (string[])[]);
    }

    [Theory]
    [InlineData("<p style=\"position:fixed\" class=desk id=desk onclick=alert(1) data-act=delete>x</p>", "<p>x</p>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>")]
    [InlineData("<table border=1 style=\"position:fixed\"><tr><td background=//outside.test>x</td></tr></table>", "<table><tbody><tr><td>x</td></tr></tbody></table>")]
    public void Attributes_go_and_words_stay(string html, string washed) => SimpleHtml.Wash(html).Trim().Should().Be(washed);
}
