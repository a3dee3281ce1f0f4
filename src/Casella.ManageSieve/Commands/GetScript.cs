using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>GETSCRIPT (RFC 5804 §2.9).</summary>
internal sealed record GetScript(string Name) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var name = ScriptNameOf(ref parser);
        parser.End();
        return new GetScript(name);
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        session.Writer.Literal(await session.Filters.GetAsync(Name, cancellationToken));
        session.Writer.Ok(session.Words["Done"]);
    }
}
