using Casella.Core.Mailboxes;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// SUBSCRIBE and UNSUBSCRIBE (RFC 9051 §6.3.7, §6.3.8). The mailbox need not exist: clients subscribe before they
/// create. In an account beside one's own it must, and the subscription is the person's, not everybody's.
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
        var found = await session.ResolveAsync(Mailbox, cancellationToken);
        var name = MailboxName.Parse(found.Name);
        if (found.Prefix.Length == 0)
            await session.Account.SetSubscribedAsync(name, IsSubscribed, cancellationToken);
        else
        {
            await session.Services.Shared.SetSubscribedAsync(found.Account, name, IsSubscribed, cancellationToken);
            session.Watch?.Find(found.Account.Id)?.ForgetSubscriptions();
        }
        return ImapReply.Ok(IsSubscribed ? "SUBSCRIBE completed" : "UNSUBSCRIBE completed");
    }
}
