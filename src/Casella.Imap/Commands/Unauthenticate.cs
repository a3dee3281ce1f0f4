using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>UNAUTHENTICATE (RFC 8437): as if nobody had signed in yet; TLS and what ID said stay.</summary>
internal sealed record Unauthenticate : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Unauthenticate();

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // RFC 8437 §3: where the state cannot be reset, the connection ends. Compression would have to stop between
        // two octets that may have been inflated already.
        if (session.Connection.IsCompressed)
            session.SayBye("Compression cannot be undone; please connect again");
        else
            session.SignOut();
        return new(ImapReply.Ok("Signed out"));
    }
}
