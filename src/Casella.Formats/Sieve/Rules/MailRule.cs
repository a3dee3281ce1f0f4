namespace Casella.Formats.Sieve.Rules;

/// <summary>
/// A rule as people make it by clicking: when this, or all of this, is so, then that. What can be said so is a small part
/// of Sieve; <see cref="RuleScript"/> writes it and knows it again.
/// </summary>
/// <param name="NeedsAll">All conditions must be so; else one is enough.</param>
/// <param name="Stops">The rules below are not looked at.</param>
public sealed record MailRule(
    string Name, bool IsOn, bool NeedsAll, IReadOnlyList<RuleCondition> Conditions, IReadOnlyList<RuleAction> Actions, bool Stops);

/// <param name="Value">A text, or for <see cref="RuleField.Size"/> octets in figures.</param>
public sealed record RuleCondition(RuleField Field, RuleMatch Match, string Value);

public enum RuleField
{
    From,

    /// <summary>To or Cc.</summary>
    Recipient,
    Subject,

    /// <summary>The words of the message.</summary>
    Text,

    /// <summary>The mailing list it came by (RFC 2919).</summary>
    List,
    Size,

    /// <summary>There is a file whose name has this in it; any file for an empty value.</summary>
    Attachment,
}

public enum RuleMatch
{
    Contains,
    ContainsNot,
    Is,
    StartsWith,

    /// <summary>Of sizes only, as the next.</summary>
    Larger,
    Smaller,
}

public abstract record RuleAction
{
    /// <summary>Into a folder instead of INBOX.</summary>
    /// <param name="AsCopy">And into INBOX as well.</param>
    public sealed record File(string Folder, bool AsCopy) : RuleAction;

    public sealed record MarkRead : RuleAction;

    public sealed record Star : RuleAction;

    /// <summary>On to somebody else.</summary>
    /// <param name="AsCopy">And kept here.</param>
    public sealed record Forward(string Address, bool AsCopy) : RuleAction;
}
