using System.Globalization;
using Casella.Formats.Sieve;

namespace Casella.Formats.Tests.Sieve;

/// <summary>Mistakes are told with their lines, in words, in both languages.</summary>
public sealed class SieveErrorTests
{
    [Theory]
    [InlineData("keep;\nfileinto \"a\";", "line 2: \"fileinto\" needs require \"fileinto\"; at the beginning of the script")]
    [InlineData("require \"foo\";", "line 1: this server does not know \"foo\"")]
    [InlineData("keep", "line 1: the script ends too early")]
    [InlineData("\n\nif true { keep;", "line 3: the \"{\" here has no \"}\"")]
    [InlineData("if header :is \"a\" { keep; }", "line 1: \"header\" needs a text in quotation marks")]
    [InlineData("/* open", "line 1: the comment that begins here has no \"*/\"")]
    [InlineData("if header :foo \"a\" \"b\" { keep; }", "line 1: \"header\" does not know \":foo\"")]
    [InlineData("redirect\n\"nobody\";", "line 1: \"nobody\" is not an e-mail address")]
    public void In_English(string script, string words) => First(script).Text(CultureInfo.InvariantCulture).Should().Be(words);

    [Fact]
    public void In_Italian() => First("keep;\npippo;").Text(CultureInfo.GetCultureInfo("it-IT")).Should().Be("riga 2: il comando \"pippo\" non esiste");

    [Theory]
    [InlineData("Corsi perché", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a\u2028b", false)]
    [InlineData("a\nb", false)]
    [InlineData("perche\u0301", false)]
    public void Names_of_scripts(string name, bool isValid) => ScriptName.IsValid(name).Should().Be(isValid);

    [Fact]
    public void A_name_is_not_endless() => ScriptName.IsValid(new string('a', 129)).Should().BeFalse();

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Errors("pippo;\nkeep;\npluto;").Select(error => error.Line).Should().Equal(1, 3);

    private static SieveError First(string script) => Errors(script)[0];

    private static IReadOnlyList<SieveError> Errors(string script)
    {
        try
        {
            SieveScript.Compile(script);
            return [];
        }
        catch (SieveScriptException bad)
        {
            return bad.Errors;
        }
    }
}
