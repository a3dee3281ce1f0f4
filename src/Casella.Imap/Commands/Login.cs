using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>LOGIN (RFC 9051 §6.2.3).</summary>
internal sealed record Login(string UserName, string Password) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var userName = parser.Astring("a user name");
        parser.Space();
        return new Login(userName, parser.Astring("a password"));
    }

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken) =>
        SignIn.RunAsync(session, UserName, Password, cancellationToken);

    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"LOGIN {UserName}";
}
