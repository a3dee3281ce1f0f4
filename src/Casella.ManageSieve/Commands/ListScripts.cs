using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>LISTSCRIPTS (RFC 5804 §2.7).</summary>
internal sealed record ListScripts : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        parser.End();
        return new ListScripts();
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        foreach (var script in await session.Filters.ListAsync(cancellationToken))
            session.Writer.Strings([script.Name], script.IsActive ? "ACTIVE" : null);
        session.Writer.Ok(session.Words["Done"]);
    }
}
