using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>LOGOUT (RFC 9051 §6.1.3): BYE comes before the tagged OK.</summary>
internal sealed record Logout : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Logout();

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        session.Unselect();
        session.SayBye("Until next time");
        return new(ImapReply.Ok("LOGOUT completed"));
    }
}
