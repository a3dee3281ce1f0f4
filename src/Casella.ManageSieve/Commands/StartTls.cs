using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>
/// STARTTLS (RFC 5804 §2.2): what was said before is forgotten; what was sent behind it ends the connection.
/// </summary>
internal sealed record StartTls : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        parser.End();
        return new StartTls();
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        if (session.Connection.IsSecure)
        {
            session.Writer.No(session.Words["TlsAlready"]);
            return;
        }

        session.Writer.Ok(session.Words["TlsGo"]);
        await session.StartTlsAsync(cancellationToken);
    }
}
