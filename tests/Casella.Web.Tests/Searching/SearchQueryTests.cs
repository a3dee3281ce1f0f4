using AwesomeAssertions;
using Casella.Core.Messages;
using Casella.Web.Searching;

namespace Casella.Web.Tests.Searching;

/// <summary>What people type, as the criteria that IMAP's SEARCH has too.</summary>
public sealed class SearchQueryTests
{
    private static readonly DateOnly Today = new(2026, 11, 26);

    [Theory]
    [InlineData("da:anna", "from:anna")]
    [InlineData("a:marco", "to:marco")]
    [InlineData("oggetto:turni", "subject:turni")]
    [InlineData("oggetto:\"turni di notte\"", "subject:\"turni di notte\"")]
    [InlineData("testo:radio", "body:radio")]
    [InlineData("allegato:turni", "attachment:turni")]
    [InlineData("prima:12/3/2026", "before:2026-03-12")]
    [InlineData("dopo:oggi", "after:today")]
    [InlineData("è:nonletto", "is:unread")]
    [InlineData("più:5MB", "larger:5mb")]
    public void Both_languages_ask_the_same(string italian, string english) =>
        Parse(italian).Should().Be(Parse(english));

    [Fact]
    public void Words_are_looked_for_anywhere_and_all_must_be_there() =>
        Parse("turni \"sala radio\"").Should().BeOfType<SearchCriterion.And>().Which.Terms.Should()
            .Equal(new SearchCriterion.Anywhere("turni"), new SearchCriterion.Anywhere("sala radio"));

    [Fact]
    public void A_minus_says_not() => Parse("-da:anna").Should().Be(new SearchCriterion.Not(new SearchCriterion.Header("From", "anna")));

    [Fact]
    public void A_day_without_a_year_is_one_of_this_year() =>
        Parse("prima:12/3").Should().Be(new SearchCriterion.Received(DateComparison.Before, new DateOnly(2026, 3, 12)));

    [Fact]
    public void A_size_has_its_unit() => Parse("larger:300k").Should().Be(new SearchCriterion.Larger(300 * 1024));

    [Theory]
    [InlineData("http://example.org")]
    [InlineData("16:30")]
    [InlineData("prima:domani")]
    [InlineData("da:")]
    public void What_is_no_operator_is_a_word(string text) => Parse(text).Should().Be(new SearchCriterion.Anywhere(text));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\"\"")]
    public void Nothing_finds_everything(string text) => Parse(text).Should().Be(new SearchCriterion.All());

    [Fact]
    public void A_quotation_mark_that_is_never_closed_goes_to_the_end() =>
        Parse("oggetto:\"turni di").Should().Be(new SearchCriterion.Header("Subject", "turni di"));

    private static SearchCriterion Parse(string text) => SearchQuery.Parse(text, Today).Criterion;
}
