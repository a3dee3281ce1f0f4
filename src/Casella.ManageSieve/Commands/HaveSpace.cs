using Casella.Formats.Sieve;
using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>HAVESPACE (RFC 5804 §2.5): whether a script of so many octets would be taken. The exact check is in PUTSCRIPT.</summary>
internal sealed record HaveSpace(string Name, uint Size) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var name = ScriptNameOf(ref parser);
        var size = parser.Number();
        parser.End();
        return new HaveSpace(name, size);
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        if (Size > SieveLimits.Default.ScriptSize)
        {
            session.Writer.No(session.Words["TooLarge", SieveLimits.Default.ScriptSize / 1024], "QUOTA/MAXSIZE");
            return;
        }

        await session.Filters.CheckRoomAsync(Name, Size, cancellationToken);
        session.Writer.Ok(session.Words["HasRoom"]);
    }
}
