using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>PASS (RFC 1939 §7): the password, spaces included, and the maildrop opens.</summary>
internal sealed record Pass(string Password) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser) => new Pass(parser.RestOfLine("PASS and the password"));

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        if (session.RefusesPasswordsInClear(session.UserName))
            return;
        if (session.UserName is not { } user)
        {
            session.Writer.Err(null, session.Words["UserFirst"]);
            return;
        }

        session.UserName = null;
        await session.SignInAsync(user, Password, cancellationToken);
    }

    /// <summary>Never shows the password.</summary>
    public override string ToString() => "PASS";
}
