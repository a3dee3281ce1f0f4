using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>LOGOUT (RFC 5804 §2.3).</summary>
internal sealed record Logout : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        parser.End();
        return new Logout();
    }

    public override ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        session.Writer.Ok(session.Words["Goodbye"]);
        session.IsOver = true;
        return ValueTask.CompletedTask;
    }
}
