using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Casella.Formats.Mime;

namespace Casella.Core.Mailboxes;

/// <summary>
/// Full name of a mailbox: levels joined by '/', Unicode NFC, INBOX in capitals whatever was typed (RFC 9051 §5.1).
/// Names never become paths of files. Limits: 1,000 characters, 20 levels; no empty level, no control or invisible
/// formatting characters, no "*" or "%" (LIST wildcards).
/// </summary>
public sealed record MailboxName
{
    public const char Separator = '/';
    private const int LengthAtMost = 1_000;
    private const int LevelsAtMost = 20;
    private const string InboxText = "INBOX";

    public static MailboxName Inbox { get; } = new(InboxText);

    private MailboxName(string value) => Value = value;

    public string Value { get; }
    public bool IsInbox => string.Equals(Value, InboxText, StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out MailboxName? name)
    {
        name = null;
        if (text.Length is 0 or > LengthAtMost || !NormalForm.Exists(text) || !IsWellFormed(text))
            return false;
        var value = text.Normalize(NormalizationForm.FormC);
        var levels = value.Split(Separator);
        if (levels.Length > LevelsAtMost || levels.Any(string.IsNullOrWhiteSpace))
            return false;
        // RFC 9051 §5.1: INBOX is one name in any case, also as the first level of the names below it.
        if (string.Equals(levels[0], InboxText, StringComparison.OrdinalIgnoreCase))
            levels[0] = InboxText;
        name = new MailboxName(string.Join(Separator, levels));
        return true;
    }

    /// <exception cref="MailException"><see cref="MailError.InvalidMailboxName"/>.</exception>
    public static MailboxName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new MailException(MailError.InvalidMailboxName, text);

    /// <summary>The name one level up, or null at the top.</summary>
    public MailboxName? Parent => Value.LastIndexOf(Separator) is > 0 and var at ? new MailboxName(Value[..at]) : null;

    public bool IsBelow(MailboxName ancestor) =>
        Value.Length > ancestor.Value.Length && Value[ancestor.Value.Length] == Separator
        && Value.StartsWith(ancestor.Value, StringComparison.Ordinal);

    /// <summary>This name after its ancestor (or itself) was renamed.</summary>
    internal MailboxName Renamed(MailboxName from, MailboxName to) => Parse(to.Value + Value[from.Value.Length..]);

    public override string ToString() => Value;

    /// <summary>
    /// No controls, no characters that only turn or hide text: two folders must not look alike.
    /// </summary>
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '*' or '%' || CharUnicodeInfo.GetUnicodeCategory(text[i])
                is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format)
                return false;
        }

        return true;
    }
}
