using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>STAT (RFC 1939 §5): number and size of what is not marked as deleted.</summary>
internal sealed record Stat : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        parser.End();
        return new Stat();
    }

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        var (count, size) = session.Maildrop.Totals();
        session.Writer.Ok($"{count} {size}");
        return ValueTask.CompletedTask;
    }
}
