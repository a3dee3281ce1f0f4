using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>RSET (RFC 1939 §5): takes all marks away.</summary>
internal sealed record Rset : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        parser.End();
        return new Rset();
    }

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        session.Maildrop.Reset();
        session.Writer.Ok(session.Words["Reset", session.Maildrop.Count]);
        return ValueTask.CompletedTask;
    }
}
