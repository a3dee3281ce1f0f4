using AwesomeAssertions;
using Casella.Web.Setup;

namespace Casella.Web.Tests.Setup;

/// <summary>The office's address, for people.</summary>
public sealed class CloakedAddressTests
{
    [Fact]
    public void It_is_read_in_words_and_by_the_script()
    {
        var italian = new CloakedAddress("ufficio@example.org", Words.Italian);

        italian.InWords.Should().Be("ufficio chiocciola example punto org");
        new CloakedAddress("office@example.org", Words.English).InWords.Should().Be("office at example dot org");
        string.Concat(italian.Letters.Split(' ').Reverse().Select(code => (char)int.Parse(code, System.Globalization.CultureInfo.InvariantCulture)))
            .Should().Be("ufficio@example.org");
    }
}
