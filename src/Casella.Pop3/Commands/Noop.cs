using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>NOOP (RFC 1939 §5).</summary>
internal sealed record Noop : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        parser.End();
        return new Noop();
    }

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        session.Writer.Ok(session.Words["Nothing"]);
        return ValueTask.CompletedTask;
    }
}
