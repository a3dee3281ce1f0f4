using Casella.Formats.Sieve;
using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>CHECKSCRIPT (RFC 5804 §2.12): as PUTSCRIPT, and nothing is kept.</summary>
internal sealed record CheckScript(string Content) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var content = parser.String();
        parser.End();
        return new CheckScript(content);
    }

    public override ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        _ = SieveScript.Compile(Content);
        session.Writer.Ok(session.Words["Correct"]);
        return ValueTask.CompletedTask;
    }
}
