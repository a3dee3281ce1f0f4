using System.Collections;
using System.Globalization;
using System.Resources;
using AwesomeAssertions;

namespace Casella.Web.Tests.Setup;

/// <summary>What is said about the set-up of programs is said in both languages, with the same values in it.</summary>
public sealed class SetupWordsTests
{
    private static readonly ResourceManager Texts = new("Casella.Web.Setup.SetupWords", typeof(Words).Assembly);

    public static TheoryData<string> Names => [.. Set(CultureInfo.InvariantCulture).Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_is_there_in_Italian_with_the_same_values_and_marks(string name)
    {
        var (english, italian) = (Set(CultureInfo.InvariantCulture)[name], Set(CultureInfo.GetCultureInfo("it")).GetValueOrDefault(name, ""));

        italian.Should().NotBeEmpty();
        Values(italian).Should().Equal(Values(english));
        italian.Split('\n').Should().HaveSameCount(english.Split('\n'));
        (italian.Count(c => c is '*') % 2).Should().Be(0);
    }

    private static IEnumerable<int> Values(string text) => Enumerable.Range(0, 6).Where(i => text.Contains($"{{{i}}}", StringComparison.Ordinal));

    private static Dictionary<string, string> Set(CultureInfo culture) => Texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
        .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}
