using Casella.Core;
using Casella.Core.Directory;
using Casella.Imap.Session;

namespace Casella.Imap;

/// <summary>
/// The room's map of failures: what each <see cref="MailError"/> is called in IMAP (response codes of RFC 5530 and
/// RFC 9051 §7.1). The text reveals nothing beyond the code.
/// </summary>
internal static class Errors
{
    /// <param name="error">What failed.</param>
    /// <param name="isTarget">True for APPEND, COPY and MOVE: a mailbox that is not there may be created and the
    /// command tried again.</param>
    public static ImapReply Reply(MailError error, bool isTarget = false) => error switch
    {
        // RFC 9051 §6.3.12: TRYCREATE only where creating the mailbox would help.
        MailError.NoSuchMailbox when isTarget => ImapReply.No("No such mailbox; create it first", "TRYCREATE"),
        MailError.NoSuchMailbox => ImapReply.No("No such mailbox", "NONEXISTENT"),
        MailError.MailboxExists => ImapReply.No("A mailbox of that name exists", "ALREADYEXISTS"),
        MailError.InvalidMailboxName => ImapReply.No("A mailbox cannot have that name", "CANNOT"),
        MailError.MailboxCannotBeDeleted => ImapReply.No("That mailbox cannot be deleted", "CANNOT"),
        MailError.MailboxNotSelectable => ImapReply.No("That name has only mailboxes below it, no messages", "CANNOT"),
        MailError.TooManyMailboxes => ImapReply.No("The account has as many mailboxes as it may have", "LIMIT"),
        MailError.NoSuchMessage => ImapReply.No("Some of the messages no longer exist", "EXPUNGEISSUED"),
        MailError.OverQuota => ImapReply.No("The account is full", "OVERQUOTA"),
        // RFC 4469 §4.3 TOOBIG.
        MailError.MessageTooLarge => ImapReply.No("The message is larger than the server takes", "TOOBIG"),
        MailError.TooManyKeywords => ImapReply.No("The account has as many keywords as it may have", "LIMIT"),
        // RFC 5464 §4.3; SETMETADATA adds how long a value may be.
        MailError.AnnotationTooLarge => ImapReply.No("The annotation is larger than the server takes", "LIMIT"),
        MailError.TooManyAnnotations => ImapReply.No("There are as many annotations as there may be", "METADATA TOOMANY"),
        MailError.NoPermission => ImapReply.No("Not permitted", "NOPERM"),
        MailError.SignInFailed => ImapReply.No("User name or password is wrong", "AUTHENTICATIONFAILED"),
        MailError.TooManySignIns => ImapReply.No("Too many failed sign-ins; try again later", "UNAVAILABLE"),
        // RFC 5530: the credentials are right, what they may do is the matter.
        MailError.ProtocolNotAllowed => ImapReply.No("This device's password is not for IMAP", "AUTHORIZATIONFAILED"),
        MailError.InUse => ImapReply.No("Another session holds it", "INUSE"),
        MailError.Unavailable => ImapReply.No("The server cannot do that now; try again later", "UNAVAILABLE"),
        // RFC 5530 §3: of the codes for what passes by itself; OVERQUOTA would be the user's own fault.
        MailError.DiskFull => ImapReply.No("The server has no room at the moment; try again later", "UNAVAILABLE"),
        MailError.Damaged => ImapReply.No("Stored data is damaged; please tell the people who run the server", "CORRUPTION"),
        MailError.TooExpensive => ImapReply.No("That takes more work than one command may cost", "LIMIT"),
        // The rest belong to delivery, submission and administration; if one comes up here it is still said properly.
        MailError.NoSuchAddress => ImapReply.No("No such account", "NONEXISTENT"),
        MailError.AddressExists => ImapReply.No("The address exists", "ALREADYEXISTS"),
        MailError.InvalidAddress => ImapReply.No("Not a mail address", "CANNOT"),
        MailError.NoSuchDomain => ImapReply.No("No such domain", "NONEXISTENT"),
        MailError.DomainInUse => ImapReply.No("The domain is in use", "INUSE"),
        MailError.SenderNotAllowed => ImapReply.No("Not permitted", "NOPERM"),
        MailError.SendingLimitReached => ImapReply.No("The mailbox has written to too many people today", "LIMIT"),
        MailError.InvalidMessage => ImapReply.No("The message breaks the rules of mail", "CANNOT"),
        MailError.MailLoop => ImapReply.No("The message is in a loop", "CANNOT"),
        MailError.NoSuchPerson or MailError.NoSuchDevice => ImapReply.No("No such person or device", "NONEXISTENT"),
        MailError.PersonExists => ImapReply.No("The person exists", "ALREADYEXISTS"),
        MailError.NoSuchScript or MailError.ScriptExists or MailError.ScriptIsActive or MailError.TooManyScripts or MailError.RefusedByRecipient
            => ImapReply.No("Not permitted", "NOPERM"),
    };

    /// <summary>What BYE tells who is signed out from outside.</summary>
    public static string Bye(SessionEnd why) => why switch
    {
        SessionEnd.DeviceRevoked => "This device's password is no longer valid",
        SessionEnd.PasswordChanged => "The password of this mailbox is no longer valid",
        SessionEnd.MemberRemoved => "You are no longer a member of this mailbox",
        SessionEnd.RightsChanged => "Your rights have changed; sign in again",
        SessionEnd.PersonLeft => "This device's password is no longer valid",
        SessionEnd.AccountRemoved => "This mailbox has been removed",
        SessionEnd.AccountRepaired => "This mailbox has been repaired; sign in again",
    };

    /// <summary>For a bug: the id leads from the user's screen to the log.</summary>
    public static ImapReply Internal(string id) => ImapReply.No($"Internal error ({id})", "SERVERBUG");

    /// <summary>RFC 3501 §6.3.2, RFC 5530: a mailbox opened by EXAMINE cannot be changed.</summary>
    public static ImapReply ReadOnly { get; } = ImapReply.No("The mailbox is open read-only", "NOPERM");
}
