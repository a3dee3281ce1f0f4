using System.Globalization;
using Casella.Formats.Sieve.Syntax;

namespace Casella.Formats.Sieve.Rules;

/// <summary>Knows the rules of a script by what it does. Whatever it does not know makes the script one that was written by hand.</summary>
internal static class RuleScriptReader
{
    public static IReadOnlyList<MailRule>? TryRead(string script)
    {
        try
        {
            var lines = script.ReplaceLineEndings("\n").Split('\n');
            var rules = new List<MailRule>();
            foreach (var command in SieveParser.Parse(script, SieveLimits.Default))
            {
                if (command.Name.Equals("require", StringComparison.OrdinalIgnoreCase))
                    continue;
                if (rules.Count == RuleScript.RulesAtMost || Rule(command, NameAbove(lines, command.Line)) is not { } rule)
                    return null;
                rules.Add(rule);
            }

            return rules;
        }
        catch (SieveFault)
        {
            return null;
        }
    }

    /// <param name="line">From 1.</param>
    private static string NameAbove(string[] lines, int line)
    {
        var above = line >= 2 && line - 2 < lines.Length ? lines[line - 2].Trim() : "";
        return above.StartsWith(RuleScript.NameMark, StringComparison.Ordinal) && above.EndsWith(']') ? above[RuleScript.NameMark.Length..^1] : "";
    }

    private static MailRule? Rule(CommandSyntax command, string name)
    {
        if (!command.Name.Equals("if", StringComparison.OrdinalIgnoreCase) || command is not { Arguments: [], Tests: [var test], Block: { } block })
            return null;
        var isOn = true;
        if (Is(test, "allof") && test.Tests is [var first, var second] && Is(first, "false") && first is { Tests: [], Arguments: [] })
            (isOn, test) = (false, second);
        var isList = Is(test, "allof") || Is(test, "anyof");
        var conditions = new List<RuleCondition>();
        if (!Is(test, "true") || test.Arguments.Count > 0)
            foreach (var one in isList ? test.Tests : [test])
            {
                if (Condition(one) is not { } condition)
                    return null;
                conditions.Add(condition);
            }

        var actions = new List<RuleAction>();
        var stops = false;
        foreach (var one in block)
        {
            // What comes after "stop" would never be done.
            if (stops)
                return null;
            if (one is { Arguments: [], Tests: [], Block: null } && one.Name.Equals("stop", StringComparison.OrdinalIgnoreCase))
                stops = true;
            else if (Action(one) is { } action)
                actions.Add(action);
            else
                return null;
        }

        return new MailRule(name, isOn, !Is(test, "anyof"), conditions, actions, stops);
    }

    private static RuleCondition? Condition(TestSyntax test)
    {
        if (Is(test, "not") && test is { Arguments: [], Tests: [var inner] })
            return Condition(inner) is { Match: RuleMatch.Contains } condition ? condition with { Match = RuleMatch.ContainsNot } : null;
        if (test.Tests.Count > 0)
            return null;
        if (Is(test, "size"))
            return test.Arguments is [ArgumentSyntax.Tag { Name: ":over" or ":under" } side, ArgumentSyntax.Number number]
                ? new RuleCondition(RuleField.Size, side.Name is ":over" ? RuleMatch.Larger : RuleMatch.Smaller, number.Value.ToString(CultureInfo.InvariantCulture))
                : null;
        if (Is(test, "body"))
            return test.Arguments is [ArgumentSyntax.Tag { Name: ":text" }, ArgumentSyntax.Tag match, ArgumentSyntax.Strings { Values: [var text] }]
                ? Matched(RuleField.Text, match.Name, text)
                : null;
        return Is(test, "address") || Is(test, "header") ? OfHeader(test) : null;
    }

    private static RuleCondition? OfHeader(TestSyntax test)
    {
        if (test.Arguments is [
                ArgumentSyntax.Tag { Name: ":mime" }, ArgumentSyntax.Tag { Name: ":anychild" }, ArgumentSyntax.Tag { Name: ":param" },
                ArgumentSyntax.Strings { Values: [var parameter] }, ArgumentSyntax.Tag fileMatch, ArgumentSyntax.Strings { Values: [var field] },
                ArgumentSyntax.Strings { Values: [var file] }])
            return Is(test, "header") && Same(parameter, "filename") && Same(field, "content-disposition") ? Matched(RuleField.Attachment, fileMatch.Name, file) : null;
        if (test.Arguments is not [ArgumentSyntax.Tag match, ArgumentSyntax.Strings { Values: var names }, ArgumentSyntax.Strings { Values: [var text] }])
            return null;
        RuleField? known = names switch
        {
            [var one] when Same(one, "from") => RuleField.From,
            [var one, var two] when Same(one, "to") && Same(two, "cc") => RuleField.Recipient,
            [var one] when Same(one, "subject") && Is(test, "header") => RuleField.Subject,
            [var one] when Same(one, "list-id") && Is(test, "header") => RuleField.List,
            _ => null,
        };
        // "is" compares addresses; the rest looks at names too, as people do.
        var comparesAddresses = known is RuleField.From or RuleField.Recipient && match.Name is ":is";
        return known is { } such && comparesAddresses == Is(test, "address") ? Matched(such, match.Name, text) : null;
    }

    private static RuleCondition? Matched(RuleField field, string match, string text) => match switch
    {
        ":contains" => new RuleCondition(field, RuleMatch.Contains, text),
        ":is" => new RuleCondition(field, RuleMatch.Is, text),
        ":matches" when Beginning(text) is { } begin => new RuleCondition(field, RuleMatch.StartsWith, begin),
        _ => null,
    };

    /// <summary>Of "abc*" the "abc"; null for any other pattern.</summary>
    private static string? Beginning(string pattern)
    {
        var begin = new System.Text.StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
            switch (pattern[i])
            {
                case '*':
                    return i == pattern.Length - 1 ? begin.ToString() : null;
                case '?':
                    return null;
                case '\\' when i + 1 < pattern.Length:
                    begin.Append(pattern[++i]);
                    break;
                default:
                    begin.Append(pattern[i]);
                    break;
            }

        return null;
    }

    private static RuleAction? Action(CommandSyntax command)
    {
        if (command is not { Tests: [], Block: null })
            return null;
        var isCopy = command.Arguments is [ArgumentSyntax.Tag { Name: ":copy" }, ..];
        if ((isCopy ? command.Arguments.Skip(1) : command.Arguments).ToList() is not [ArgumentSyntax.Strings { Values: [var text] }])
            return null;
        return command.Name.ToLowerInvariant() switch
        {
            "fileinto" => new RuleAction.File(text, isCopy),
            "redirect" => new RuleAction.Forward(text, isCopy),
            "addflag" when !isCopy && Same(text, "\\Seen") => new RuleAction.MarkRead(),
            "addflag" when !isCopy && Same(text, "\\Flagged") => new RuleAction.Star(),
            _ => null,
        };
    }

    private static bool Is(TestSyntax test, string name) => Same(test.Name, name);

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
