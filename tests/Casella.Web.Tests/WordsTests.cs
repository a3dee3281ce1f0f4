using AwesomeAssertions;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Web.Http;

namespace Casella.Web.Tests;

/// <summary>Everything that a page says is there in both languages.</summary>
public sealed class WordsTests
{
    public static TheoryData<MailError> Failures => [.. Enum.GetValues<MailError>()];

    [Theory]
    [MemberData(nameof(Failures))]
    public void Every_failure_is_said_in_both_languages(MailError error)
    {
        var failure = new MailException(error);

        Words.Italian.Of(failure).Should().NotBeEmpty().And.NotBe(Words.English.Of(failure));
    }

    [Fact]
    public void Every_end_of_a_session_has_words()
    {
        foreach (var why in Enum.GetValues<SessionEnd>())
            Words.Italian[Errors.Of(why)].Should().NotBeEmpty();
    }

    [Fact]
    public void The_reasons_that_the_door_may_show_all_have_words()
    {
        foreach (var reason in SignInEndpoints.Reasons)
            Words.English[reason].Should().NotBe(Words.Italian[reason]);
    }

    [Fact]
    public void Numbers_and_sizes_are_written_as_in_the_country()
    {
        Words.Italian.Count("Selected", 1).Should().Be("1 selezionato");
        Words.Italian.Count("Selected", 3).Should().Be("3 selezionati");
        Words.Italian.Size(3_400_000).Should().Be("3,2 MB");
        Words.English.Size(3_400_000).Should().Be("3.2 MB");
    }

    [Fact]
    public void A_list_tells_the_hour_of_today_the_day_of_this_year_and_else_the_date()
    {
        var now = new DateTimeOffset(2026, 11, 26, 15, 0, 0, TimeSpan.Zero);

        Words.Italian.ShortTime(now.AddHours(-2), now, TimeZoneInfo.Utc).Should().Be("13:00");
        Words.Italian.ShortTime(now.AddDays(-200), now, TimeZoneInfo.Utc).Should().Be("10 mag");
        Words.Italian.ShortTime(now.AddYears(-1), now, TimeZoneInfo.Utc).Should().Be("26/11/2025");
    }
}
