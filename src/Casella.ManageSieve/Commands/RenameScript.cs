using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>RENAMESCRIPT (RFC 5804 §2.11): an active script stays active.</summary>
internal sealed record RenameScript(string From, string To) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var (from, to) = (ScriptNameOf(ref parser), ScriptNameOf(ref parser));
        parser.End();
        return new RenameScript(from, to);
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        await session.Filters.RenameAsync(From, To, cancellationToken);
        session.Writer.Ok(session.Words["Renamed"]);
    }
}
