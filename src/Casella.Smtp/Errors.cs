using Casella.Core;
using Casella.Core.Directory;
using Casella.Smtp.Syntax;

namespace Casella.Smtp;

/// <summary>
/// Every <see cref="MailError"/> in SMTP's words. No default arm: a new member breaks the build here until it has
/// words.
/// </summary>
internal static class Errors
{
    public static SmtpReply Of(MailError error) => error switch
    {
        MailError.NoSuchAddress or MailError.NoSuchMailbox => new(550, "5.1.1", "No such mailbox here"),
        // Temporary by design: the sender's server keeps the message and tries again until there is room
        // (docs/adr/0005).
        MailError.OverQuota => new(452, "4.2.2", "The mailbox is full, try again later"),
        // RFC 3463 §3.4 X.3.1: before the last of the disk is used, so that nothing that was taken is ever lost.
        MailError.DiskFull => new(452, "4.3.1", "The server has no room at the moment, try again later"),
        MailError.MessageTooLarge => new(552, "5.3.4", "The message is larger than this server takes"),
        MailError.SignInFailed => new(535, "5.7.8", "User name or password is wrong"),
        MailError.TooManySignIns => new(454, "4.7.0", "Too many failed sign-ins, try again later"),
        MailError.ProtocolNotAllowed => new(535, "5.7.8", "This device's password is not for sending"),
        MailError.SenderNotAllowed => new(550, "5.7.1", "This sender address does not belong to your mailbox"),
        MailError.SendingLimitReached =>
            new(451, "4.7.1", "This mailbox has written to too many people today; it may go on tomorrow, or the office can help"),
        MailError.InvalidMessage => new(554, "5.6.0", "The message needs one From field that names its sender"),
        MailError.MailLoop => new(554, "5.4.6", "The message has passed too many servers: a loop"),
        MailError.InvalidAddress => new(553, "5.1.3", "Not a mail address"),
        MailError.Unavailable or MailError.InUse or MailError.Damaged or MailError.TooExpensive
            => new(451, "4.3.0", "Not possible at the moment, try again later"),
        // RFC 5429 §2.1.1: where the script's own words cannot be said.
        MailError.RefusedByRecipient => new(550, "5.7.1", "The recipient does not take this message"),
        MailError.NoPermission => new(550, "5.7.1", "Not allowed"),
        // The rest cannot come of what SMTP asks: a delivery creates no mailbox and administers nothing.
        MailError.MailboxExists or MailError.InvalidMailboxName or MailError.MailboxCannotBeDeleted or MailError.MailboxNotSelectable
            or MailError.TooManyMailboxes or MailError.NoSuchMessage or MailError.TooManyKeywords or MailError.AddressExists
            or MailError.AnnotationTooLarge or MailError.TooManyAnnotations
            or MailError.NoSuchDomain or MailError.DomainInUse or MailError.NoSuchPerson or MailError.PersonExists or MailError.NoSuchDevice
            or MailError.NoSuchScript or MailError.ScriptExists or MailError.ScriptIsActive or MailError.TooManyScripts
            => new(451, "4.3.0", "Not possible at the moment, try again later"),
    };

    /// <summary>What the last 421 tells who is signed out from outside.</summary>
    public static string Bye(SessionEnd why) => why switch
    {
        SessionEnd.DeviceRevoked or SessionEnd.PersonLeft => "this device's password is no longer valid",
        SessionEnd.PasswordChanged => "the password of this mailbox is no longer valid",
        SessionEnd.MemberRemoved => "you are no longer a member of this mailbox",
        SessionEnd.RightsChanged => "your rights have changed, sign in again",
        SessionEnd.AccountRemoved => "this mailbox has been removed",
        SessionEnd.AccountRepaired => "this mailbox has been repaired, sign in again",
    };
}
