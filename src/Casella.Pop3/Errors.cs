using Casella.Core;
using Casella.Core.Directory;

namespace Casella.Pop3;

/// <summary>
/// Every <see cref="MailError"/> in POP3's words: the response code (RFC 2449 §8, RFC 3206) and the text's name in
/// Words.resx. No default arm: a new member breaks the build here until it has words.
/// </summary>
internal static class Errors
{
    public static Pop3Error Of(MailError error) => error switch
    {
        MailError.SignInFailed => new("AUTH", nameof(MailError.SignInFailed)),
        MailError.TooManySignIns => new("LOGIN-DELAY", nameof(MailError.TooManySignIns)),
        MailError.ProtocolNotAllowed => new("AUTH", nameof(MailError.ProtocolNotAllowed)),
        MailError.InUse => new("IN-USE", nameof(MailError.InUse)),
        MailError.Unavailable => new("SYS/TEMP", nameof(MailError.Unavailable)),
        MailError.DiskFull => new("SYS/TEMP", nameof(MailError.Unavailable)),
        MailError.TooExpensive => new("SYS/TEMP", nameof(MailError.Unavailable)),
        MailError.Damaged => new("SYS/PERM", nameof(MailError.Damaged)),
        MailError.NoSuchMessage => new(null, nameof(MailError.NoSuchMessage)),
        MailError.OverQuota => new("SYS/TEMP", nameof(MailError.OverQuota)),
        MailError.NoPermission => new("SYS/PERM", nameof(MailError.NoPermission)),
        // The rest cannot come of what POP3 asks of the account: reading INBOX, hiding and deleting.
        MailError.NoSuchMailbox or MailError.MailboxExists or MailError.InvalidMailboxName
            or MailError.MailboxCannotBeDeleted or MailError.MailboxNotSelectable or MailError.TooManyMailboxes
            or MailError.MessageTooLarge or MailError.TooManyKeywords or MailError.NoSuchAddress
            or MailError.AnnotationTooLarge or MailError.TooManyAnnotations
            or MailError.AddressExists or MailError.InvalidAddress or MailError.NoSuchDomain or MailError.DomainInUse
            or MailError.SenderNotAllowed or MailError.InvalidMessage or MailError.SendingLimitReached or MailError.MailLoop
            or MailError.NoSuchPerson or MailError.PersonExists or MailError.NoSuchDevice
            or MailError.NoSuchScript or MailError.ScriptExists or MailError.ScriptIsActive or MailError.TooManyScripts or MailError.RefusedByRecipient
            => new("SYS/PERM", nameof(MailError.Damaged)),
    };

    /// <summary>
    /// What -ERR tells who is signed out from outside. RFC 3206 §4: SYS/PERM, for trying again does not help; after new
    /// rights it does.
    /// </summary>
    public static Pop3Error Of(SessionEnd why) => why switch
    {
        SessionEnd.DeviceRevoked or SessionEnd.PersonLeft => new("SYS/PERM", nameof(SessionEnd.DeviceRevoked)),
        SessionEnd.PasswordChanged => new("SYS/PERM", nameof(SessionEnd.PasswordChanged)),
        SessionEnd.MemberRemoved => new("SYS/PERM", nameof(SessionEnd.MemberRemoved)),
        SessionEnd.RightsChanged => new("SYS/TEMP", nameof(SessionEnd.RightsChanged)),
        SessionEnd.AccountRemoved => new("SYS/PERM", nameof(SessionEnd.AccountRemoved)),
        SessionEnd.AccountRepaired => new("SYS/TEMP", nameof(SessionEnd.AccountRepaired)),
    };
}

/// <param name="Code">Extended response code without brackets, or null.</param>
/// <param name="Text">Name of the text.</param>
internal readonly record struct Pop3Error(string? Code, string Text);
