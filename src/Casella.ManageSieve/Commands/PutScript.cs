using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>PUTSCRIPT (RFC 5804 §2.6): OK only after the script is checked and durable.</summary>
internal sealed record PutScript(string Name, string Content) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var name = ScriptNameOf(ref parser);
        var content = parser.String();
        parser.End();
        return new PutScript(name, content);
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        await session.Filters.PutAsync(Name, Content, cancellationToken);
        session.Writer.Ok(session.Words["Saved"]);
    }

    /// <summary>Not the whole of it.</summary>
    public override string ToString() => $"PUTSCRIPT {Name}";
}
