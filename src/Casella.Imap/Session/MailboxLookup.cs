using Casella.Core;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>From a name on the wire to a mailbox.</summary>
internal static class MailboxLookup
{
    /// <summary>The mailbox of that name, with messages or not selectable.</summary>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public static async ValueTask<MailboxPlace> FindAsync(
        this ImapSession session, string name, CancellationToken cancellationToken)
    {
        var found = await session.ResolveAsync(name, cancellationToken);
        var tree = await found.Account.GetTreeAsync(cancellationToken);
        // A name that breaks the rules names no mailbox; only CREATE and RENAME say which rule.
        return MailboxName.TryParse(found.Name, out var parsed) && tree.Find(parsed) is { } mailbox
            ? new MailboxPlace(found.Account, mailbox, found.Prefix + mailbox.Name.Value)
            : throw new MailException(MailError.NoSuchMailbox, name);
    }

    /// <summary>True when this mailbox of an account is the selected one.</summary>
    public static bool HasSelected(this ImapSession session, MailAccount account, MailboxId mailbox) =>
        session.Selected is { } view && view.Mailbox == mailbox && view.Account.Id == account.Id;

    /// <summary>The mailbox of that name if it can hold messages.</summary>
    /// <exception cref="MailException">NoSuchMailbox, MailboxNotSelectable.</exception>
    public static async ValueTask<MailboxPlace> FindSelectableAsync(
        this ImapSession session, string name, CancellationToken cancellationToken)
    {
        var place = await session.FindAsync(name, cancellationToken);
        return place.Mailbox.IsSelectable ? place : throw new MailException(MailError.MailboxNotSelectable, name);
    }
}
