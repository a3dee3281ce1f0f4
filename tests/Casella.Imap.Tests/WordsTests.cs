using AwesomeAssertions;
using Casella.Core;
using Xunit;

namespace Casella.Imap.Tests;

/// <summary>Every failure has words in both languages.</summary>
public sealed class WordsTests
{
    public static TheoryData<MailError> Failures => [.. Enum.GetValues<MailError>()];

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_failure_is_said_in_italian_too(MailError error)
    {
        foreach (var isTarget in (bool[])[false, true])
        {
            var english = Errors.Reply(error, isTarget).Text;
            Words.Default.Of(english).Should().Be(english);
            Words.Italian.Of(english).Should().NotBe(english);
        }
    }

    [Fact]
    public void What_has_no_other_words_stays_as_it_is()
    {
        Words.Italian.Of("Internal error (1234)").Should().Be("Internal error (1234)");
        Words.Italian.Of("FETCH completed").Should().Be("FETCH completato");
    }
}
