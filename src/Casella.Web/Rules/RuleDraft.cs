using System.Globalization;
using Casella.Formats.Sieve.Rules;

namespace Casella.Web.Rules;

/// <summary>A rule while somebody edits it.</summary>
internal sealed class RuleDraft
{
    public const int ConditionsAtMost = 20;

    private const long Megabyte = 1024 * 1024;

    public string Name { get; set; } = "";
    public bool IsOn { get; set; } = true;
    public bool NeedsAll { get; set; } = true;
    public List<DraftCondition> Conditions { get; } = [];

    /// <summary>Empty: it stays in the inbox.</summary>
    public string Folder { get; set; } = "";
    public bool FilesCopy { get; set; }
    public bool MarksRead { get; set; }
    public bool Stars { get; set; }
    public string ForwardTo { get; set; } = "";
    public bool Stops { get; set; } = true;

    public static RuleDraft New(string from, string subject)
    {
        var draft = new RuleDraft();
        if (from.Length > 0)
            draft.Conditions.Add(new DraftCondition { Field = RuleField.From, Match = RuleMatch.Is, Value = from });
        else if (subject.Length > 0)
            draft.Conditions.Add(new DraftCondition { Field = RuleField.Subject, Value = subject });
        if (draft.Conditions.Count == 0)
            draft.Conditions.Add(new DraftCondition());
        draft.Name = from.Length > 0 ? from : subject;
        return draft;
    }

    public static RuleDraft Of(MailRule rule)
    {
        var draft = new RuleDraft { Name = rule.Name, IsOn = rule.IsOn, NeedsAll = rule.NeedsAll, Stops = rule.Stops };
        draft.Conditions.AddRange(rule.Conditions.Select(condition => new DraftCondition
        {
            Field = condition.Field,
            Match = condition.Match,
            Value = condition.Field is RuleField.Size ? InMegabytes(condition.Value) : condition.Value,
        }));
        foreach (var action in rule.Actions)
            switch (action)
            {
                case RuleAction.File file:
                    (draft.Folder, draft.FilesCopy) = (file.Folder, file.AsCopy);
                    break;
                case RuleAction.Forward forward:
                    draft.ForwardTo = forward.Address;
                    break;
                case RuleAction.MarkRead:
                    draft.MarksRead = true;
                    break;
                case RuleAction.Star:
                    draft.Stars = true;
                    break;
            }

        return draft;
    }

    /// <summary>Null while something is missing.</summary>
    public MailRule? ToRule()
    {
        var actions = new List<RuleAction>();
        if (MarksRead)
            actions.Add(new RuleAction.MarkRead());
        if (Stars)
            actions.Add(new RuleAction.Star());
        if (Folder.Length > 0)
            actions.Add(new RuleAction.File(Folder, FilesCopy));
        // What is sent on is always kept here too: nobody wonders later where it has gone.
        if (ForwardTo.Trim().Length > 0)
            actions.Add(new RuleAction.Forward(ForwardTo.Trim(), AsCopy: true));
        var conditions = Conditions.Select(condition => condition.ToCondition()).ToList();
        return Name.Trim().Length == 0 || actions.Count == 0 || conditions.Exists(condition => condition is null)
            ? null
            : new MailRule(Name.Trim(), IsOn, NeedsAll || conditions.Count < 2, [.. conditions.OfType<RuleCondition>()], actions, Stops);
    }

    private static string InMegabytes(string octets) =>
        (double.Parse(octets, CultureInfo.InvariantCulture) / Megabyte).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>One line of the form.</summary>
    internal sealed class DraftCondition
    {
        private RuleField _field = RuleField.From;

        public RuleField Field
        {
            get => _field;
            set
            {
                _field = value;
                if (!Matches(value).Contains(Match))
                    Match = Matches(value)[0];
            }
        }

        public RuleMatch Match { get; set; } = RuleMatch.Contains;
        public string Value { get; set; } = "";

        /// <summary>What can be said of a field.</summary>
        public static RuleMatch[] Matches(RuleField field) => field switch
        {
            RuleField.Size => [RuleMatch.Larger, RuleMatch.Smaller],
            RuleField.Text => [RuleMatch.Contains, RuleMatch.ContainsNot],
            RuleField.Attachment => [RuleMatch.Contains, RuleMatch.ContainsNot],
            _ => [RuleMatch.Contains, RuleMatch.ContainsNot, RuleMatch.Is, RuleMatch.StartsWith],
        };

        public RuleCondition? ToCondition()
        {
            if (Field is not RuleField.Size)
                return Value.Trim() is { Length: > 0 } text ? new RuleCondition(Field, Match, text) : null;
            return double.TryParse(Value.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size) && size is > 0 and < 2_000
                ? new RuleCondition(Field, Match, ((long)(size * Megabyte)).ToString(CultureInfo.InvariantCulture))
                : null;
        }
    }
}
