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
        var mailbox = await session.FindAsync(From, cancellationToken);
        await session.Account.RenameMailboxAsync(mailbox.Name, MailboxName.Parse(To), cancellationToken);
        await session.TellRenamedAsync(From, To, cancellationToken);
        return ImapReply.Ok("RENAME completed");
    }
}
