using Casella.Core.Filtering.Spam;
using Casella.Core.Policies;

namespace Casella.Core.Tests.Filtering.Spam;

/// <summary>Every sign has words in both languages.</summary>
public sealed class SpamWordsTests
{
    [Theory]
    [InlineData(Language.Italian)]
    [InlineData(Language.English)]
    public void Every_sign_has_words(Language language)
    {
        var words = new SpamWords(language);
        var signs = SpamSigns.All.Select(sign => sign.Name).Concat([Bayes.Spam, Bayes.Ham, SpamScorer.Allowed, SpamScorer.Denied]).ToList();
        signs.Should().OnlyHaveUniqueItems().And.AllSatisfy(sign =>
        {
            sign.Should().MatchRegex("^[A-Z_]+$");
            words.Of(new SpamReason(sign, 1, 3)).Should().NotBe(sign).And.NotContain("{");
        });
    }

    [Fact]
    public void Reasons_are_told_in_the_language_of_the_mailbox()
    {
        SpamReason[] reasons = [new("FIRST_CONTACT", 0.5), new("DKIM_MISSING", 0.5), new("BAYES_SPAM", 4, 12), new("KNOWN_SENDER", -1)];
        new SpamWords(Language.English).Against(reasons).Should().Be("first contact; no valid signature (DKIM); looks like 12 messages marked as SPAM");
        new SpamWords(Language.Italian).Against(reasons).Should().Be("primo contatto; nessuna firma valida (DKIM); somiglia a 12 messaggi segnati come SPAM");
        new SpamWords(Language.Italian).Of(new SpamReason("BAYES_SPAM", 4, 1)).Should().Be("somiglia a 1 messaggio segnato come SPAM");
    }
}
