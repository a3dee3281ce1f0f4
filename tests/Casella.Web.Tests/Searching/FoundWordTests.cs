using AwesomeAssertions;
using Casella.Web.Searching;

namespace Casella.Web.Tests.Searching;

/// <summary>Where a word stands that was looked for, and the line around it.</summary>
public sealed class FoundWordTests
{
    [Theory]
    [InlineData("Perché no", "PERCHE", 0, 6)]
    [InlineData("la Radio di Anna", "radio", 3, 8)]
    [InlineData("citta\u0300 alta", "città", 0, 6)]
    public void Capitals_and_accents_make_no_difference(string text, string word, int start, int end) =>
        FoundWord.Next(text, 0, [word]).Should().Be(new FoundWord(start, end));

    [Fact]
    public void The_first_counts_and_of_two_the_longer() =>
        FoundWord.Next("una gita in gita", 0, ["gita", "gita in"]).Should().Be(new FoundWord(4, 11));

    [Fact]
    public void A_word_of_nothing_is_nowhere() => FoundWord.Next("abc", 0, ["\u0301", ""]).Should().BeNull();

    [Fact]
    public void A_snippet_is_one_line_around_the_word()
    {
        var text = $"{string.Concat(Enumerable.Repeat("prima ", 40))}\n\n  la radio  \r\n è rotta {new string('x', 300)}";

        FoundWord.SnippetOf(text, ["radio"]).Should().StartWith("… prima prima prima").And.Contain("la radio è rotta").And.NotContain("\n");
        FoundWord.SnippetOf(text, ["televisione"]).Should().BeNull();
    }
}
