using System.Globalization;
using Casella.Core.Mailboxes;
using Casella.Formats.Sieve.Rules;
using Casella.Web.Desk;

namespace Casella.Web.Rules;

/// <summary>A rule as a person would say it.</summary>
internal static class RuleSentence
{
    public static string When(MailRule rule, Words words)
    {
        if (rule.Conditions.Count == 0)
            return words["RuleAlways"];
        var parts = rule.Conditions.Select(condition => words[
            "RuleWhenOne", words[$"RuleField{condition.Field}"], words[$"RuleMatch{condition.Match}"],
            condition.Field is RuleField.Size ? words.Size(long.Parse(condition.Value, CultureInfo.InvariantCulture)) : words["RuleQuoted", condition.Value]]);
        return words["RuleWhen", string.Join(words[rule.NeedsAll ? "RuleAnd" : "RuleOr"], parts)];
    }

    public static string Then(MailRule rule, MailboxTree tree, Words words) =>
        string.Join(", ", rule.Actions.Select(action => Of(action, tree, words)).Concat(rule.Stops ? [words["RuleStopsToo"]] : []));

    private static string Of(RuleAction action, MailboxTree tree, Words words) => action switch
    {
        RuleAction.File file => words[file.AsCopy ? "RuleCopies" : "RuleFiles", FolderWords.NameOf(file.Folder, tree, words)],
        RuleAction.Forward forward => words[forward.AsCopy ? "RuleForwards" : "RuleForwardsOnly", forward.Address],
        RuleAction.Star => words["RuleStars"],
        _ => words["RuleMarksRead"],
    };
}
