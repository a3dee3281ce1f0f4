using AwesomeAssertions;
using Bunit;
using Casella.Web.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Casella.Web.Tests.Reading;

/// <summary>A plain text on the page.</summary>
public sealed class PlainTextTests : BunitContext
{
    public PlainTextTests() => Services.AddSingleton<IHttpContextAccessor, HttpContextAccessor>().AddSingleton(TimeProvider.System).AddScoped<Visit>();

    [Fact]
    public void It_is_text_whatever_it_says()
    {
        var shown = Show("<script>alert(1)</script> http://x\"onmouseover=alert(1)//");

        shown.Find(".plain-own").TextContent.Should().Contain("<script>alert(1)</script>");
        shown.FindAll("script").Should().BeEmpty();
        shown.FindAll("[onmouseover]").Should().BeEmpty();
    }

    [Fact]
    public void Addresses_on_the_web_are_links_without_the_sentences_end()
    {
        var link = Show("Vedi https://example.org/turni?a=1. Ciao").Find("a");

        link.GetAttribute("href").Should().Be("https://example.org/turni?a=1");
        link.GetAttribute("rel").Should().Contain("noopener");
    }

    [Fact]
    public void A_short_quotation_is_open_and_a_long_one_folded()
    {
        Show("> uno\nciao").FindAll("details").Should().BeEmpty();
        Show(string.Join('\n', Enumerable.Repeat("> riga", 20)) + "\nciao").Find("summary").TextContent.Should().Be("20 righe citate");
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("httpd è il server")]
    [InlineData("javascript:alert(1)")]
    public void What_is_no_address_stays_text(string text) => Show(text).FindAll("a").Should().BeEmpty();

    private IRenderedComponent<PlainText> Show(string text) => Render<PlainText>(parameters => parameters.Add(one => one.Text, text));
}
