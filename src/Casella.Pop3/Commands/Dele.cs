using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>DELE (RFC 1939 §5): a mark in this session; nothing happens before QUIT.</summary>
internal sealed record Dele(int Message) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        var message = parser.MessageNumber();
        parser.End();
        return new Dele(message);
    }

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        session.Maildrop.Delete(Message);
        session.Writer.Ok(session.Words["Deleted", Message]);
        return ValueTask.CompletedTask;
    }
}
