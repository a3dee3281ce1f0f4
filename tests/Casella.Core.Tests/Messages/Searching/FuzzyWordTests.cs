using Casella.Core.Messages;
using Casella.Core.Messages.Searching;

namespace Casella.Core.Tests.Messages.Searching;

public sealed class FuzzyWordTests
{
    [Theory]
    [InlineData("helo", "helo", 100)]
    [InlineData("helo", "hello", 60)]
    [InlineData("helo", "help", 60)]
    [InlineData("helo", "helots", 90)]
    [InlineData("lotto", "superlotto", 75)]
    [InlineData("fattura", "fatture", 70)]
    [InlineData("fattura", "fatutra", 70)]
    [InlineData("assicurazione", "asicurazzione", 69)]
    // Neither the first nor the last three letters, too many changes, too short to be like anything.
    [InlineData("marco", "macro", 0)]
    [InlineData("fattura", "fatico", 0)]
    [InlineData("da", "dal", 0)]
    [InlineData("", "dal", 0)]
    public void A_word_is_like_what_it_is_taken_for(string asked, string word, int similarity) =>
        new FuzzyWord(asked, text => new SearchCriterion.Body(text)).Similarity(word).Should().Be(similarity);

    [Fact]
    public void What_is_like_a_word_has_one_of_its_pieces()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var asked = Word(random);
            var word = Word(random);
            var fuzzy = new FuzzyWord(asked, text => new SearchCriterion.Body(text));
            if (fuzzy.Similarity(word) > 0 && fuzzy.Pieces.Count > 0)
                fuzzy.Pieces.Should().Contain(piece => word.Contains(((SearchCriterion.Body)piece).Text, StringComparison.Ordinal), $"{asked} {word}");
        }
    }

    private static string Word(Random random) =>
        new([.. Enumerable.Range(0, random.Next(1, 70)).Select(_ => (char)('a' + random.Next(2)))]);
}
