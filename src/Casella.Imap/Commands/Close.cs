using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// CLOSE (RFC 9051 §6.4.1) removes what is \Deleted without a word; UNSELECT (RFC 3691) leaves it there.
/// </summary>
internal sealed record Close(bool Expunges) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Close(Expunges: true);

    public static ImapCommand ParseUnselect(ref ImapParser parser) => new Close(Expunges: false);

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var view = session.View;
        if (Expunges && !view.IsReadOnly)
            await view.Account.ExpungeAsync(view.Mailbox, uids: null, onlyDeleted: true, cancellationToken);
        session.Unselect();
        return ImapReply.Ok(Expunges ? "CLOSE completed" : "UNSELECT completed");
    }
}
