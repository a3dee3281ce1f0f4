namespace Casella.Core;

/// <summary>
/// Everything that can fail for a reason the user or peer should hear. Each protocol room maps every member to its own
/// words in its Errors.cs by a switch without a default arm, so a new member breaks the build of every protocol until
/// it has words.
/// </summary>
public enum MailError
{
    /// <summary>The mailbox does not exist, or the actor may not know that it does.</summary>
    NoSuchMailbox,
    /// <summary>A mailbox of that name exists.</summary>
    MailboxExists,
    /// <summary>The name breaks the rules of <see cref="Mailboxes.MailboxName"/>.</summary>
    InvalidMailboxName,
    /// <summary>
    /// INBOX cannot be deleted, or a name that exists only for its children cannot be deleted before them.
    /// </summary>
    MailboxCannotBeDeleted,
    /// <summary>The name exists only for its children (\Noselect).</summary>
    MailboxNotSelectable,
    /// <summary>The account has its limit of mailboxes.</summary>
    TooManyMailboxes,
    /// <summary>A message asked for has been expunged.</summary>
    NoSuchMessage,
    /// <summary>The message would exceed the account's quota.</summary>
    OverQuota,
    /// <summary>The message is larger than the server takes.</summary>
    MessageTooLarge,
    /// <summary>The account has its limit of different keywords.</summary>
    TooManyKeywords,
    /// <summary>The value of an annotation is longer than the server takes.</summary>
    AnnotationTooLarge,
    /// <summary>The mailbox or the account has its limit of annotations.</summary>
    TooManyAnnotations,
    /// <summary>The actor lacks the right.</summary>
    NoPermission,
    /// <summary>Unknown user or wrong password; which of them is never said.</summary>
    SignInFailed,
    /// <summary>Too many failed sign-ins from there or for that user; later again.</summary>
    TooManySignIns,
    /// <summary>Another session holds what only one may hold (a POP3 maildrop of the same device).</summary>
    InUse,
    /// <summary>The store cannot do it now: disk full, I/O error, stopping. Nothing was changed; later again.</summary>
    Unavailable,
    /// <summary>The disk is nearly full: the server takes nothing new until there is room. Deleting still works.</summary>
    DiskFull,
    /// <summary>
    /// Stored bytes do not match their hash, or a row its counterpart; the technician must run verify.
    /// </summary>
    Damaged,
    /// <summary>A search or sort took more than its budget.</summary>
    TooExpensive,
    /// <summary>No account, alias or domain of that name.</summary>
    NoSuchAddress,
    /// <summary>An account, alias or domain of that name exists.</summary>
    AddressExists,
    /// <summary>Not a mail address or domain name.</summary>
    InvalidAddress,
    /// <summary>The domain is not one of ours.</summary>
    NoSuchDomain,
    /// <summary>The domain still has accounts or aliases.</summary>
    DomainInUse,
    /// <summary>The signed-in mailbox may not send with that sender address.</summary>
    SenderNotAllowed,
    /// <summary>
    /// The message breaks a rule of submission (two From fields, bare line feeds, too many recipients…).
    /// </summary>
    InvalidMessage,
    /// <summary>The mailbox or the person has written to as many people today as they may.</summary>
    SendingLimitReached,
    /// <summary>The message has passed too many servers: a loop.</summary>
    MailLoop,
    /// <summary>The password is right, and not for this protocol.</summary>
    ProtocolNotAllowed,
    /// <summary>No person of that login.</summary>
    NoSuchPerson,
    /// <summary>A person has, or has had, that login.</summary>
    PersonExists,
    /// <summary>The mailbox has no such device.</summary>
    NoSuchDevice,
    /// <summary>The mailbox has no Sieve script of that name.</summary>
    NoSuchScript,
    /// <summary>The mailbox has a Sieve script of that name.</summary>
    ScriptExists,
    /// <summary>The Sieve script runs, and must not be deleted while it does.</summary>
    ScriptIsActive,
    /// <summary>The mailbox has its limit of Sieve scripts, or of their size.</summary>
    TooManyScripts,
    /// <summary>The Sieve script of the recipient does not want the message.</summary>
    RefusedByRecipient,
}

/// <summary>A <see cref="MailError"/> on its way to the protocol that words it.</summary>
/// <param name="error">What failed.</param>
/// <param name="detail">For the log and for people who run the server; protocols never send it to strangers.</param>
/// <param name="inner">The cause below, when there is one.</param>
public sealed class MailException(MailError error, string? detail = null, Exception? inner = null)
    : Exception(detail is null ? error.ToString() : $"{error}: {detail}", inner)
{
    public MailError Error { get; } = error;
    public string? Detail { get; } = detail;
}
