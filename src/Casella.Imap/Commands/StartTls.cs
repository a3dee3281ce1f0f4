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
        session.AfterReply(async token =>
        {
            // Bytes that came behind the command are an attempt to slip commands into the session (CVE-2011-0411): the connection throws and ends.
            await session.Connection.StartTlsAsync(token);
            session.ForgetPlainText();
        });
        return new(ImapReply.Ok("Begin TLS now"));
    }
}
