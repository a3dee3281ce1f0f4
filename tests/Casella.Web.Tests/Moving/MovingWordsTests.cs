using System.Collections;
using System.Globalization;
using System.Resources;
using AwesomeAssertions;
using Casella.Core.Migration;

namespace Casella.Web.Tests.Moving;

/// <summary>What is said about bringing mail over is said in both languages, with the same values in it.</summary>
public sealed class MovingWordsTests
{
    private static readonly ResourceManager Texts = new("Casella.Web.Moving.MovingWords", typeof(Words).Assembly);

    public static TheoryData<string> Names => [.. Set(CultureInfo.InvariantCulture).Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_is_there_in_Italian_with_the_same_values(string name)
    {
        var (english, italian) = (Set(CultureInfo.InvariantCulture)[name], Set(CultureInfo.GetCultureInfo("it")).GetValueOrDefault(name, ""));

        italian.Should().NotBeEmpty();
        Values(italian).Should().Equal(Values(english));
        italian.Split('|').Should().HaveSameCount(english.Split('|'));
    }

    [Fact]
    public void Everything_that_may_happen_has_words()
    {
        foreach (var name in Enum.GetValues<MovingState>().Select(state => $"MovingState{state}")
            .Concat(Enum.GetValues<OldServerProblem>().Select(problem => $"MovingProblem{problem}"))
            .Concat(Enum.GetValues<MigrationDifferenceKind>().Select(kind => $"MovingDiffers{kind}")))
            Words.Italian[name].Should().NotBeEmpty();
    }

    private static IEnumerable<int> Values(string text) => Enumerable.Range(0, 6).Where(i => text.Contains($"{{{i}}}", StringComparison.Ordinal));

    private static Dictionary<string, string> Set(CultureInfo culture) => Texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
        .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}
