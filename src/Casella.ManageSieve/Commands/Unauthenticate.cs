using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>UNAUTHENTICATE (RFC 5804 §2.14): as if nobody had signed in.</summary>
internal sealed record Unauthenticate : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        parser.End();
        return new Unauthenticate();
    }

    public override ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        session.SignOut();
        session.Writer.Ok(session.Words["SignedOut"]);
        return ValueTask.CompletedTask;
    }
}
