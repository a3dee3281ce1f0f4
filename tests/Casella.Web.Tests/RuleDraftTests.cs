using AwesomeAssertions;
using Casella.Formats.Sieve.Rules;
using Casella.Web.Rules;

namespace Casella.Web.Tests;

public sealed class RuleDraftTests
{
    [Fact]
    public void What_is_edited_is_the_same_rule_again()
    {
        var rule = new MailRule(
            "Fatture", true, false, [new(RuleField.From, RuleMatch.StartsWith, "info"), new(RuleField.Size, RuleMatch.Larger, "2621440")],
            [new RuleAction.MarkRead(), new RuleAction.File("Fatture", true), new RuleAction.Forward("anna@example.org", true)], false);

        var draft = RuleDraft.Of(rule);

        draft.Conditions[1].Value.Should().Be("2.5");
        draft.ToRule().Should().BeEquivalentTo(rule, options => options.PreferringRuntimeMemberTypes());
    }

    [Theory]
    [InlineData("", "x", "F")]
    [InlineData("n", " ", "F")]
    [InlineData("n", "x", "")]
    public void Something_missing_is_no_rule_yet(string name, string value, string folder)
    {
        var draft = RuleDraft.New("", "");
        (draft.Name, draft.Conditions[0].Value, draft.Folder) = (name, value, folder);

        draft.ToRule().Should().BeNull();
    }

    [Fact]
    public void A_field_takes_only_what_fits_it()
    {
        var condition = new RuleDraft.DraftCondition { Match = RuleMatch.StartsWith, Field = RuleField.Size };

        condition.Match.Should().Be(RuleMatch.Larger);
    }
}
