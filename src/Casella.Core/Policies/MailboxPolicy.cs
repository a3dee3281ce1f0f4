namespace Casella.Core.Policies;

/// <summary>
/// What a mailbox account decides for itself, each with the default that suits a section of an association. Kept in the
/// account's own file, so that a rule and what it rules are never of two minds; changed by
/// <see cref="Messages.MailAccount.SetPolicyAsync"/>, shown and set by <c>casella account policy</c>. Names and words:
/// <see cref="PolicyTable"/>.
/// </summary>
public sealed record MailboxPolicy
{
    public static MailboxPolicy Default { get; } = new();

    /// <summary>What DELE of a POP3 program does at QUIT.</summary>
    public Pop3Deletion Pop3Deletion { get; init; } = Pop3Deletion.Hide;

    /// <summary>A new POP3 device begins with the messages of the last so many days; null for all of INBOX.</summary>
    public int? Pop3StartDays { get; init; }

    /// <summary>RETR sets \Seen.</summary>
    public bool Pop3MarksSeen { get; init; }

    /// <summary>Whose \Seen is (ADR 0016).</summary>
    public SeenMode Seen { get; init; } = SeenMode.Common;

    /// <summary>What is sent is filed into Sent by the server, once.</summary>
    public bool FilesSent { get; init; } = true;

    /// <summary>
    /// What stands in the Sender field (RFC 5322 §3.6.2) of mail that a person sends for the mailbox.
    /// </summary>
    public SenderField Sender { get; init; } = SenderField.None;

    /// <summary>An answer sets the original's work state to done.</summary>
    public bool DoneOnAnswer { get; init; }

    /// <summary>Days that deleted messages are kept outside the quota before they go for good.</summary>
    public int KeepDeletedDays { get; init; } = 30;

    /// <summary>Days after which a message in Trash is deleted; null for never.</summary>
    public int? TrashDays { get; init; } = 30;

    /// <summary>Days after which a message in SPAM is deleted; null for never.</summary>
    public int? SpamDays { get; init; } = 30;

    /// <summary>
    /// Percent of a mailbox that one device may delete within ten minutes before the members are told; null for never.
    /// </summary>
    public int? BrakePercent { get; init; } = 20;

    /// <summary>What the server answers by itself to who writes to the mailbox; null for nothing.</summary>
    public string? Answer { get; init; }

    /// <summary>First day of the answer; null for at once.</summary>
    public DateOnly? AnswerFrom { get; init; }

    /// <summary>The last day on which it answers; null for every day.</summary>
    public DateOnly? AnswerUntil { get; init; }

    /// <summary>Language of what the server writes to the members.</summary>
    public Language Language { get; init; } = Language.Italian;

    /// <summary>Most messages in the mailbox, beside the space it has; null for no limit.</summary>
    public int? MaxMessages { get; init; }

    /// <summary>Who manages the mailbox may set its limits by a program (IMAP SETQUOTA).</summary>
    public bool ManagersSetQuota { get; init; }

    /// <summary>
    /// IMAP capabilities that this mailbox's programs are not told of, separated by spaces, to cure one that trips over
    /// them; null for none.
    /// </summary>
    public string? HiddenCapabilities { get; init; }
}

/// <summary>What becomes of a message that a POP3 program has deleted.</summary>
public enum Pop3Deletion
{
    /// <summary>That device no longer sees it; nothing changes for the others.</summary>
    Hide,
    /// <summary>It moves to Trash for all.</summary>
    Trash,
    /// <summary>It is deleted for all (and kept as every deleted message is).</summary>
    Delete,
}

/// <summary>Whether the members read together.</summary>
public enum SeenMode
{
    /// <summary>What one has read, all have read.</summary>
    Common,
    /// <summary>Everybody has read what they have read themselves.</summary>
    Person,
}

public enum SenderField { None, Person }

public enum Language { Italian, English }
