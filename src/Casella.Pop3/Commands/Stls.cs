using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>
/// STLS (RFC 2595 §4): TLS on the plain port. What was said before is forgotten; what was sent behind it ends the
/// connection.
/// </summary>
internal sealed record Stls : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        parser.End();
        return new Stls();
    }

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        if (session.Connection.IsSecure)
        {
            session.Writer.Err(null, session.Words["TlsAlready"]);
            return;
        }

        if (session.Utf8Mode)   // RFC 6856 §2.1
        {
            session.Writer.Err(null, session.Words["TlsNotAfterUtf8"]);
            return;
        }

        session.Writer.Ok(session.Words["TlsGo"]);
        await session.StartTlsAsync(cancellationToken);
    }
}
