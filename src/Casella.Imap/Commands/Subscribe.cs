using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// SUBSCRIBE and UNSUBSCRIBE (RFC 9051 §6.3.7, §6.3.8). The mailbox need not exist: clients subscribe before they
/// create.
/// </summary>
internal sealed record Subscribe(string Mailbox, bool IsSubscribed) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, isSubscribed: true);

    public static ImapCommand ParseUnsubscribe(ref ImapParser parser) => Parse(ref parser, isSubscribed: false);

    private static Subscribe Parse(ref ImapParser parser, bool isSubscribed)
    {
        parser.Space();
        return new Subscribe(parser.Mailbox(), isSubscribed);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        await session.Account.SetSubscribedAsync(MailboxName.Parse(Mailbox), IsSubscribed, cancellationToken);
        return ImapReply.Ok(IsSubscribed ? "SUBSCRIBE completed" : "UNSUBSCRIBE completed");
    }
}
