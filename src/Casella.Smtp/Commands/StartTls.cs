using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>
/// STARTTLS (RFC 3207): what was said before is forgotten; what was sent behind it ends the connection.
/// </summary>
internal sealed record StartTls : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        parser.End();
        return new StartTls();
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        if (session.Connection.IsSecure)
            return new SmtpReply(503, "5.5.1", "TLS is active already");
        session.Writer.Reply(new SmtpReply(220, "2.0.0", "Begin TLS now"));
        await session.StartTlsAsync(cancellationToken);
        return null;
    }
}
