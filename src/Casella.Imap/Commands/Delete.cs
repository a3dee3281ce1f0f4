using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>DELETE (RFC 9051 §6.3.5).</summary>
internal sealed record Delete(string Mailbox) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        return new Delete(parser.Mailbox());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var place = await session.FindAsync(Mailbox, cancellationToken);
        await place.Account.DeleteMailboxAsync(place.Mailbox.Name, cancellationToken);
        // Who deletes the mailbox that he has selected knows why it is gone: no need to part, as with somebody else's
        // deletion.
        if (session.Selected is { } view && view.Mailbox == place.Id && view.Account.Id == place.Account.Id)
        {
            session.Unselect();
            session.Writer.Raw("* OK [CLOSED] The selected mailbox is deleted\r\n"u8);
        }
        return ImapReply.Ok("DELETE completed");
    }
}
