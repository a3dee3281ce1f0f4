using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>
/// USER (RFC 1939 §7): the mailbox address. Always answered alike, so that nobody learns which addresses exist.
/// </summary>
internal sealed record User(string Name) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser) => new User(parser.RestOfLine("USER and the mailbox address"));

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        if (session.RefusesPasswordsInClear(Name))
            return ValueTask.CompletedTask;
        session.UserName = Name.Trim();
        session.Writer.Ok(session.Words["PasswordPlease"]);
        return ValueTask.CompletedTask;
    }
}
