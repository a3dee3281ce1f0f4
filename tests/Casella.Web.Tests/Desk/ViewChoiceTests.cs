using AwesomeAssertions;
using Casella.Web.Desk;

namespace Casella.Web.Tests.Desk;

/// <summary>How a list is shown is kept as a few words.</summary>
public sealed class ViewChoiceTests
{
    [Theory]
    [InlineData("")]
    [InlineData("conversations")]
    [InlineData("compact")]
    [InlineData("conversations compact largest")]
    [InlineData("oldest")]
    public void What_was_chosen_is_found_again(string text) => ViewChoice.Parse(text).ToString().Should().Be(text);

    [Fact]
    public void Words_of_a_later_program_are_passed_over() =>
        ViewChoice.Parse("conversations upside-down").Should().Be(new ViewChoice(AsConversations: true, IsCompact: false, ListOrder.Newest));
}
