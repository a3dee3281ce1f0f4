using System.Text;
using System.Text.RegularExpressions;
using Casella.Formats.Addresses;
using Casella.Formats.Mime;

namespace Casella.Formats.Tests.Mime;

public sealed class NormalFormTests
{
    [Theory]
    [InlineData("e\u0300", "è")]
    [InlineData("😀", "😀")]
    [InlineData("a\uFFFEb", "a\uFFFDb")]
    [InlineData("a\\uD83D", "a\uFFFD")]
    [InlineData("\\uDE00a", "\uFFFDa")]
    [InlineData("\\uD83D\\uD83D\\uDE00", "\uFFFD😀")]
    public void What_has_none_is_the_replacement_character(string escaped, string form)
    {
        // Half a pair cannot be data of a test: it goes through UTF-8.
        var text = Regex.Unescape(escaped);
        NormalForm.Of(text, NormalizationForm.FormC).Should().Be(form);
        NormalForm.Exists(text).Should().Be(!form.Contains('\uFFFD', StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_of_strangers_are_compared_whatever_is_in_them()
    {
        DecodedText.FoldForSearch("Perch\u00E9 \uFFFE").Should().Be("perche \uFFFD");
        UnicodeCasemap.Map("\u00E9\uFFFE").Should().Be("E\u0301\uFFFD");
        EmailAddress.TryParse("a\uFFFEb@example.org", out _).Should().BeFalse();
    }
}
