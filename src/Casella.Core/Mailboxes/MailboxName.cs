using System.Diagnostics.CodeAnalysis;

namespace Casella.Core.Mailboxes;

/// <summary>
/// Full name of a mailbox: levels joined by '/', Unicode NFC, INBOX in capitals whatever was typed (RFC 9051 §5.1). Names never become
/// paths of files. Limits: 1,000 characters, 20 levels; no empty level, no control characters, no "*" or "%" (LIST wildcards).
/// </summary>
public sealed record MailboxName
{
    public const char Separator = '/';
    public static MailboxName Inbox { get; } = new("INBOX");

    private MailboxName(string value) => Value = value;

    public string Value { get; }
    public bool IsInbox => string.Equals(Value, "INBOX", StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out MailboxName? name) => throw new NotImplementedException();

    /// <exception cref="MailException"><see cref="MailError.InvalidMailboxName"/>.</exception>
    public static MailboxName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new MailException(MailError.InvalidMailboxName, text);

    /// <summary>The name one level up, or null at the top.</summary>
    public MailboxName? Parent => throw new NotImplementedException();

    public bool IsBelow(MailboxName ancestor) =>
        Value.Length > ancestor.Value.Length && Value[ancestor.Value.Length] == Separator
        && Value.StartsWith(ancestor.Value, StringComparison.Ordinal);

    public override string ToString() => Value;
}
