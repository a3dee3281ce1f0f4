using Casella.Core;
using Casella.Core.Directory;
using Casella.Core.Mailboxes;
using Casella.Core.Messages;

namespace Casella.Imap.Session;

/// <summary>From a name on the wire to a mailbox.</summary>
internal static class MailboxLookup
{
    /// <summary>The mailbox of that name, with messages or not selectable.</summary>
    /// <exception cref="MailException">NoSuchMailbox.</exception>
    public static ValueTask<MailboxPlace> FindAsync(
        this ImapSession session, string name, CancellationToken cancellationToken) =>
        FindAsync(session.Services.Shared, session.Account, name, cancellationToken);

    /// <summary>The mailbox of that name if it can hold messages.</summary>
    /// <exception cref="MailException">NoSuchMailbox, MailboxNotSelectable.</exception>
    public static ValueTask<MailboxPlace> FindSelectableAsync(
        this ImapSession session, string name, CancellationToken cancellationToken) =>
        FindSelectableAsync(session.Services.Shared, session.Account, name, cancellationToken);

    /// <summary>The same for a name as whoever <paramref name="home"/> was opened for has it.</summary>
    public static async ValueTask<MailboxPlace> FindSelectableAsync(
        SharedMailboxes shared, MailAccount home, string name, CancellationToken cancellationToken)
    {
        var place = await FindAsync(shared, home, name, cancellationToken);
        return place.Mailbox.IsSelectable ? place : throw new MailException(MailError.MailboxNotSelectable, name);
    }

    private static async ValueTask<MailboxPlace> FindAsync(
        SharedMailboxes shared, MailAccount home, string name, CancellationToken cancellationToken)
    {
        var found = await SharedNames.ResolveAsync(shared, home, name, cancellationToken);
        var tree = await found.Account.GetTreeAsync(cancellationToken);
        // A name that breaks the rules names no mailbox; only CREATE and RENAME say which rule.
        return MailboxName.TryParse(found.Name, out var parsed) && tree.Find(parsed) is { } mailbox
            ? new MailboxPlace(found.Account, mailbox, found.Prefix + mailbox.Name.Value)
            : throw new MailException(MailError.NoSuchMailbox, name);
    }

    /// <summary>True when this mailbox of an account is the selected one.</summary>
    public static bool HasSelected(this ImapSession session, MailAccount account, MailboxId mailbox) =>
        session.Selected is { } view && view.Mailbox == mailbox && view.Account.Id == account.Id;
}
