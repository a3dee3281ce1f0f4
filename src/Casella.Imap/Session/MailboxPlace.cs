using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>
/// What a name on the wire stands for: a mailbox and the account that it is in, through whose door everything is done
/// with it.
/// </summary>
/// <param name="Name">As this session's LIST has it: in an account beside one's own, the name there is longer than
/// <see cref="MailboxInfo.Name"/>.</param>
internal sealed record MailboxPlace(MailAccount Account, MailboxInfo Mailbox, string Name)
{
    public MailboxId Id => Mailbox.Id;

    /// <summary>RFC 8474 §4: with the account in it.</summary>
    public string ObjectId => ObjectIds.Of(Account.Id, Mailbox.Id);

    public MailboxAt At => new(Account, Mailbox.Id);

    /// <summary>
    /// What it is for. In an account beside one's own nothing: iOS and others take the last \Sent that they see for
    /// theirs, wherever it is (docs/quirks.md).
    /// </summary>
    public SpecialUse Use => string.Equals(Name, Mailbox.Name.Value, StringComparison.Ordinal) ? Mailbox.SpecialUse : SpecialUse.None;

    /// <summary>Whether messages of so many octets may come and would fit, as far as can be said now.</summary>
    /// <exception cref="MailException">NoPermission, OverQuota, NoSuchMailbox.</exception>
    public void CheckRoom(long octets)
    {
        if (!Account.Rights.HasFlag(MemberRights.Work))
            throw new MailException(MailError.NoPermission);
        Account.CheckRoom(Mailbox.Id, octets);
    }
}
