using System.Globalization;
using System.Text;

namespace Casella.Formats.Sieve.Rules;

/// <summary>
/// Rules as a Sieve script that a person can read and other programs can show: one "if" for each rule, its name in a
/// comment above ("# rule:[Invoices]", as other webmails write it). Read back from what the script does, so a script that
/// another program has written is known too when it does nothing else.
/// </summary>
public static class RuleScript
{
    internal const string NameMark = "# rule:[";

    /// <summary>More makes a script that nobody understands.</summary>
    public const int RulesAtMost = 200;

    public static string Write(IReadOnlyList<MailRule> rules, string intro)
    {
        var script = new StringBuilder();
        foreach (var line in intro.Split('\n'))
            script.Append("# ").Append(line.Trim()).Append("\r\n");
        var needed = rules.SelectMany(Extensions).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (needed.Count > 0)
            script.Append(CultureInfo.InvariantCulture, $"require [{string.Join(", ", needed.Select(Quoted))}];\r\n");
        foreach (var rule in rules)
            Write(script, rule);
        return script.ToString();
    }

    /// <summary>The rules of a script; null when it does anything that is no such rule.</summary>
    public static IReadOnlyList<MailRule>? TryRead(string script) => RuleScriptReader.TryRead(script);

    private static void Write(StringBuilder script, MailRule rule)
    {
        script.Append("\r\n").Append(NameMark).Append(OneLine(rule.Name)).Append("]\r\n");
        var tests = rule.Conditions.Select(Test).ToList();
        var test = tests.Count switch
        {
            0 => "true",
            1 => tests[0],
            _ => $"{(rule.NeedsAll ? "allof" : "anyof")} (\r\n    {string.Join(",\r\n    ", tests)})",
        };
        script.Append(rule.IsOn ? $"if {test}\r\n{{\r\n" : $"if allof (false, {test})\r\n{{\r\n");
        // Flags first: they hold for what is filed after them (RFC 5232 §3).
        foreach (var action in rule.Actions.OrderBy(action => action is RuleAction.MarkRead or RuleAction.Star ? 0 : 1))
            script.Append("    ").Append(Command(action)).Append(";\r\n");
        if (rule.Stops)
            script.Append("    stop;\r\n");
        script.Append("}\r\n");
    }

    private static string Test(RuleCondition condition)
    {
        var (field, value) = (condition.Field, condition.Value);
        if (field is RuleField.Size)
            return $"size {(condition.Match is RuleMatch.Smaller ? ":under" : ":over")} {value}";
        var (not, match, text) = condition.Match switch
        {
            RuleMatch.ContainsNot => ("not ", ":contains", value),
            RuleMatch.Is => ("", ":is", value),
            RuleMatch.StartsWith => ("", ":matches", $"{Escaped(value)}*"),
            _ => ("", ":contains", value),
        };
        return not + field switch
        {
            RuleField.From when match is ":is" => $"address :is \"from\" {Quoted(text)}",
            RuleField.Recipient when match is ":is" => $"address :is [\"to\", \"cc\"] {Quoted(text)}",
            RuleField.From => $"header {match} \"from\" {Quoted(text)}",
            RuleField.Recipient => $"header {match} [\"to\", \"cc\"] {Quoted(text)}",
            RuleField.Subject => $"header {match} \"subject\" {Quoted(text)}",
            RuleField.List => $"header {match} \"list-id\" {Quoted(text)}",
            RuleField.Text => $"body :text {match} {Quoted(text)}",
            _ => $"header :mime :anychild :param \"filename\" {match} \"content-disposition\" {Quoted(text)}",
        };
    }

    private static string Command(RuleAction action) => action switch
    {
        RuleAction.File file => $"fileinto {(file.AsCopy ? ":copy " : "")}{Quoted(file.Folder)}",
        RuleAction.Forward forward => $"redirect {(forward.AsCopy ? ":copy " : "")}{Quoted(forward.Address)}",
        RuleAction.Star => "addflag \"\\\\Flagged\"",
        _ => "addflag \"\\\\Seen\"",
    };

    private static IEnumerable<string> Extensions(MailRule rule)
    {
        foreach (var action in rule.Actions)
        {
            if (action is RuleAction.File)
                yield return "fileinto";
            if (action is RuleAction.File { AsCopy: true } or RuleAction.Forward { AsCopy: true })
                yield return "copy";
            if (action is RuleAction.MarkRead or RuleAction.Star)
                yield return "imap4flags";
        }

        if (rule.Conditions.Any(condition => condition.Field is RuleField.Text))
            yield return "body";
        if (rule.Conditions.Any(condition => condition.Field is RuleField.Attachment))
            yield return "mime";
    }

    /// <summary>RFC 5228 §2.4.2.</summary>
    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>RFC 5228 §2.7.1: what ":matches" would take for something else.</summary>
    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);

    private static string OneLine(string name) => string.Concat(name.Where(c => !char.IsControl(c) && c is not (']' or '['))).Trim();
}
