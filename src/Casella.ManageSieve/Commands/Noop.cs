using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>NOOP (RFC 5804 §2.13): a sign of life; its tag comes back.</summary>
internal sealed record Noop(string? Tag) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var tag = parser.HasArgument ? parser.String() : null;
        parser.End();
        return new Noop(tag);
    }

    public override ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        session.Writer.Ok(session.Words["Done"], Tag is null ? null : $"TAG {ManageSieveWriter.String(Tag)}");
        return ValueTask.CompletedTask;
    }
}
