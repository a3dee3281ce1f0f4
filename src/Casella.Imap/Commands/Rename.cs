using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>RENAME (RFC 9051 §6.3.6).</summary>
internal sealed record Rename(string From, string To) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var from = parser.Mailbox();
        parser.Space();
        return new Rename(from, parser.Mailbox());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var place = await session.FindAsync(From, cancellationToken);
        var to = await session.ResolveAsync(To, cancellationToken);
        // Another account has other UIDs, and its own quota and rights: only the messages can go there.
        if (to.Account.Id != place.Account.Id)
            return ImapReply.No("A mailbox cannot be renamed into another account; move its messages", "CANNOT");
        await place.Account.RenameMailboxAsync(place.Mailbox.Name, MailboxName.Parse(to.Name), cancellationToken);
        await session.TellRenamedAsync(new RenamedName(place.Name, From), new RenamedName(to.Canonical, To), cancellationToken);
        return ImapReply.Ok("RENAME completed");
    }
}
