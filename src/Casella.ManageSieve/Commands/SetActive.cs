using Casella.Formats.Sieve;
using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>SETACTIVE (RFC 5804 §2.8): the one that runs; the empty name: none.</summary>
internal sealed record SetActive(string? Name) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var name = parser.String();
        parser.End();
        return name.Length == 0 || ScriptName.IsValid(name)
            ? new SetActive(name.Length == 0 ? null : name)
            : throw new ManageSieveSyntaxException("the name of a script");
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        await session.Filters.ActivateAsync(Name, cancellationToken);
        session.Writer.Ok(session.Words[Name is null ? "NoneActive" : "Activated"]);
    }
}
