using Casella.Core;
using Casella.Core.Directory;

namespace Casella.Web;

/// <summary>
/// Every <see cref="MailError"/> by the name of its text in Words.resx. No default arm: a new member breaks the build
/// here until it has words.
/// </summary>
internal static class Errors
{
    public static string Of(MailError error) => error switch
    {
        MailError.SignInFailed => "ErrorSignInFailed",
        MailError.TooManySignIns => "ErrorTooManySignIns",
        MailError.ProtocolNotAllowed => "ErrorProtocolNotAllowed",
        MailError.NoSuchMailbox or MailError.MailboxNotSelectable => "ErrorNoSuchMailbox",
        MailError.MailboxExists => "ErrorMailboxExists",
        MailError.InvalidMailboxName => "ErrorInvalidMailboxName",
        MailError.MailboxCannotBeDeleted => "ErrorMailboxCannotBeDeleted",
        MailError.TooManyMailboxes => "ErrorTooManyMailboxes",
        MailError.NoSuchMessage => "ErrorNoSuchMessage",
        MailError.OverQuota => "ErrorOverQuota",
        MailError.DiskFull => "ErrorDiskFull",
        MailError.MessageTooLarge => "ErrorMessageTooLarge",
        MailError.NoPermission => "ErrorNoPermission",
        MailError.SenderNotAllowed => "ErrorSenderNotAllowed",
        MailError.SendingLimitReached => "ErrorSendingLimit",
        MailError.InvalidAddress or MailError.NoSuchAddress => "ErrorInvalidAddress",
        MailError.TooExpensive => "ErrorTooExpensive",
        MailError.Damaged => "ErrorDamaged",
        MailError.InvalidMessage or MailError.MailLoop => "ErrorInvalidMessage",
        // The rest is of administration or of other protocols; who meets one here can only try again.
        MailError.TooManyKeywords or MailError.AnnotationTooLarge or MailError.TooManyAnnotations or MailError.InUse
            or MailError.Unavailable or MailError.AddressExists or MailError.NoSuchDomain or MailError.DomainInUse
            or MailError.NoSuchPerson or MailError.PersonExists or MailError.NoSuchDevice
            or MailError.NoSuchScript or MailError.ScriptExists or MailError.ScriptIsActive or MailError.TooManyScripts or MailError.RefusedByRecipient
            => "ErrorUnavailable",
    };

    /// <summary>What the sign-in page says to who was signed out from outside.</summary>
    public static string Of(SessionEnd why) => why switch
    {
        SessionEnd.DeviceRevoked => "EndDeviceRevoked",
        SessionEnd.PasswordChanged => "EndPasswordChanged",
        SessionEnd.PersonLeft or SessionEnd.MemberRemoved or SessionEnd.AccountRemoved => "EndMemberRemoved",
        SessionEnd.RightsChanged => "EndRightsChanged",
        SessionEnd.AccountRepaired => "EndAccountRepaired",
    };
}
