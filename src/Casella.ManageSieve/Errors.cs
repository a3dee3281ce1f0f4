using Casella.Core;
using Casella.Core.Directory;

namespace Casella.ManageSieve;

/// <summary>
/// Every <see cref="MailError"/> in ManageSieve's words (RFC 5804 §1.3). No default arm: a new member breaks the build
/// here until it has words.
/// </summary>
internal static class Errors
{
    public static SieveReply Of(MailError error) => error switch
    {
        MailError.SignInFailed => new(null, nameof(MailError.SignInFailed)),
        MailError.TooManySignIns => new("TRYLATER", nameof(MailError.TooManySignIns)),
        MailError.ProtocolNotAllowed => new(null, nameof(MailError.ProtocolNotAllowed)),
        MailError.NoPermission => new(null, nameof(MailError.NoPermission)),
        MailError.NoSuchScript => new("NONEXISTENT", nameof(MailError.NoSuchScript)),
        MailError.ScriptExists => new("ALREADYEXISTS", nameof(MailError.ScriptExists)),
        MailError.ScriptIsActive => new("ACTIVE", nameof(MailError.ScriptIsActive)),
        MailError.TooManyScripts => new("QUOTA/MAXSCRIPTS", nameof(MailError.TooManyScripts)),
        MailError.Unavailable or MailError.DiskFull or MailError.InUse or MailError.TooExpensive => new("TRYLATER", nameof(MailError.Unavailable)),
        MailError.Damaged => new(null, nameof(MailError.Damaged)),
        // The rest cannot come of what ManageSieve asks of the account: its scripts.
        MailError.NoSuchMailbox or MailError.MailboxExists or MailError.InvalidMailboxName
            or MailError.MailboxCannotBeDeleted or MailError.MailboxNotSelectable or MailError.TooManyMailboxes
            or MailError.NoSuchMessage or MailError.OverQuota or MailError.MessageTooLarge or MailError.TooManyKeywords or MailError.NoSuchAddress
            or MailError.AnnotationTooLarge or MailError.TooManyAnnotations
            or MailError.AddressExists or MailError.InvalidAddress or MailError.NoSuchDomain or MailError.DomainInUse
            or MailError.SenderNotAllowed or MailError.InvalidMessage or MailError.SendingLimitReached or MailError.MailLoop
            or MailError.NoSuchPerson or MailError.PersonExists or MailError.NoSuchDevice or MailError.RefusedByRecipient
            => new(null, nameof(MailError.Damaged)),
    };

    /// <summary>What BYE tells who is signed out from outside.</summary>
    public static string Of(SessionEnd why) => why switch
    {
        SessionEnd.DeviceRevoked or SessionEnd.PersonLeft => nameof(SessionEnd.DeviceRevoked),
        SessionEnd.PasswordChanged => nameof(SessionEnd.PasswordChanged),
        SessionEnd.MemberRemoved => nameof(SessionEnd.MemberRemoved),
        SessionEnd.RightsChanged => nameof(SessionEnd.RightsChanged),
        SessionEnd.AccountRemoved => nameof(SessionEnd.AccountRemoved),
        SessionEnd.AccountRepaired => nameof(SessionEnd.AccountRepaired),
    };
}

/// <param name="Code">Response code without parentheses, or null.</param>
/// <param name="Text">Name of the text.</param>
internal readonly record struct SieveReply(string? Code, string Text);
