using Casella.Core;

namespace Casella.Server;

/// <summary>
/// The room's map of failures: what each <see cref="MailError"/> is called to the administrator, who may know
/// everything. No default arm: a new member breaks the build until it has words.
/// </summary>
internal static class Errors
{
    public static string Text(MailException failure)
    {
        var detail = failure.Detail;
        return failure.Error switch
        {
            MailError.NoSuchAddress => $"There is no account or alias {detail}. List them with: casella account list, casella alias list",
            MailError.AddressExists => $"{detail} exists already.",
            MailError.InvalidAddress => $"{detail}.",
            MailError.NoSuchDomain => $"The domain {detail} is not one of ours. Add it first: casella domain add {detail}",
            MailError.DomainInUse => $"The domain {detail} still has accounts or aliases. Remove them first.",
            MailError.MailLoop => $"That alias would go in a circle: {detail}.",
            MailError.Unavailable => $"The store cannot do that now: {detail ?? "disk full, or an error reading or writing"}. Nothing was changed.",
            MailError.DiskFull => $"The disk is nearly full ({detail}): free some room, or lower Limits:MinimumFreeDisk.",
            MailError.Damaged => $"Stored data is damaged: {detail}. Run: casella repair ADDRESS --dry-run",
            MailError.OverQuota => "The mailbox is full.",
            MailError.MessageTooLarge => "The message is larger than the server takes.",
            MailError.NoSuchMailbox => $"There is no mailbox {detail}.",
            MailError.MailboxExists => $"The mailbox {detail} exists already.",
            MailError.InvalidMailboxName => $"{detail} cannot be the name of a mailbox.",
            MailError.MailboxCannotBeDeleted => $"The mailbox {detail} cannot be deleted.",
            MailError.MailboxNotSelectable => $"{detail} has only mailboxes below it, no messages.",
            MailError.TooManyMailboxes => "The account has as many mailboxes as it may have.",
            MailError.NoSuchMessage => "That message no longer exists.",
            MailError.AnnotationTooLarge => "The annotation is larger than the server takes.",
            MailError.TooManyAnnotations => "The mailbox has as many annotations as it may have.",
            MailError.TooManyKeywords => "The account has as many keywords as it may have.",
            MailError.NoPermission => "That is not permitted.",
            MailError.SignInFailed => "User name or password is wrong.",
            MailError.TooManySignIns => "Too many failed sign-ins; try again later.",
            MailError.InUse => "Another session holds it; try again later.",
            MailError.TooExpensive => "That takes more work than it may cost.",
            MailError.SenderNotAllowed => $"The mailbox may not send as {detail}.",
            MailError.ProtocolNotAllowed => "The password is right, but not for that protocol.",
            MailError.NoSuchPerson => $"There is no person with the login {detail}. List them with: casella person list",
            MailError.PersonExists => $"The login {detail} is, or was, somebody's already. Choose another.",
            MailError.NoSuchDevice => $"There is no device {detail}. List them with: casella device list ADDRESS",
            MailError.NoSuchScript => $"There is no script {detail}. List them with: casella sieve list ADDRESS",
            MailError.ScriptExists => $"There is a script {detail} already.",
            MailError.ScriptIsActive => $"The script {detail} is active. First: casella sieve activate ADDRESS --none",
            MailError.TooManyScripts => "The mailbox has as many scripts, or as much of them, as it may have.",
            MailError.RefusedByRecipient => "The recipient does not take this message.",
            MailError.SendingLimitReached => $"Nothing more may be sent today: {detail}. See Limits:Submission in casella config describe",
            MailError.InvalidMessage => $"The message breaks the rules of mail: {detail}.",
        };
    }
}
