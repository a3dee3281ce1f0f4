using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>DELETESCRIPT (RFC 5804 §2.10): not the active one.</summary>
internal sealed record DeleteScript(string Name) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var name = ScriptNameOf(ref parser);
        parser.End();
        return new DeleteScript(name);
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        await session.Filters.DeleteAsync(Name, cancellationToken);
        session.Writer.Ok(session.Words["Deleted"]);
    }
}
