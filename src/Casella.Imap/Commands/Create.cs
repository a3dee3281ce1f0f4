using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>CREATE (RFC 9051 §6.3.4).</summary>
internal sealed record Create(string Mailbox) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        return new Create(parser.Mailbox());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // A name that ends with the separator only declares that there will be names below it: the name is without it.
        var name = Mailbox.EndsWith(MailboxName.Separator) ? Mailbox[..^1] : Mailbox;
        await session.Account.CreateMailboxAsync(MailboxName.Parse(name), SpecialUse.None, cancellationToken);
        return ImapReply.Ok("CREATE completed");
    }
}
