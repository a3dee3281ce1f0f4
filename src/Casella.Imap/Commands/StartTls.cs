using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>STARTTLS (RFC 9051 §6.2.1). The handshake begins after the tagged OK has been sent.</summary>
internal sealed record StartTls : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new StartTls();

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (session.Connection.IsSecure)
            return new(ImapReply.Bad("TLS is already there"));
        // Bytes that came behind the command are an attempt to slip commands into the session (CVE-2011-0411). Asked
        // before the OK is sent: behind it comes the client's hello.
        if (session.Connection.HasUnreadInput)
        {
            session.SayBye("Nothing may be sent between STARTTLS and TLS");
            return new(ImapReply.Bad("Bytes were sent before TLS began"));
        }

        session.AfterReply(async token =>
        {
            await session.Connection.HandshakeAsync(token);
            session.ForgetPlainText();
        });
        return new(ImapReply.Ok("Begin TLS now"));
    }
}
