using Casella.Formats.Sieve;
using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;

namespace Casella.ManageSieve.Commands;

/// <summary>
/// One parsed command. What it does is its own; when it may be said is in the table (<see cref="ManageSieveCommands"/>).
/// </summary>
internal abstract record ManageSieveCommand
{
    /// <summary>Answers into the session's writer; the loop flushes. A MailException becomes NO there.</summary>
    public abstract ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken);

    /// <summary>sieve-name (RFC 5804 §1.6).</summary>
    private protected static string ScriptNameOf(ref ManageSieveParser parser)
    {
        var name = parser.String();
        return ScriptName.IsValid(name) ? name : throw new ManageSieveSyntaxException("the name of a script");
    }
}
