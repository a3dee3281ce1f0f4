namespace Casella.Core.Directory;

/// <summary>
/// What a person may do in a mailbox account. Stored as a number: never renumber. Held to by
/// <see cref="Messages.MailAccount"/>; IMAP shows them as the rights of RFC 4314.
/// </summary>
[Flags]
public enum MemberRights : byte
{
    None = 0,
    /// <summary>See folders and messages.</summary>
    Read = 1,
    /// <summary>Change flags, file, move, delete, make folders.</summary>
    Work = 2,
    /// <summary>Send with its address as sender.</summary>
    SendAs = 4,
    /// <summary>Change policies and members, undo what others did, destroy.</summary>
    Manage = 8,
    All = Read | Work | SendAs | Manage,
}
