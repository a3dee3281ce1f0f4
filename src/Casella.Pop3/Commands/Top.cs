using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>TOP (RFC 1939 §7): the header, the empty line and the first lines of the body.</summary>
internal sealed record Top(int Message, int Lines) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        var message = parser.MessageNumber();
        var lines = parser.Number("a number of lines");
        parser.End();
        return new Top(message, lines);
    }

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        var placement = session.Maildrop[Message];
        await using var content = await session.OpenMessageAsync(placement, cancellationToken);
        session.Writer.Ok(session.Words["Nothing"]);
        await MessageTransfer.SendAsync(session, content, Lines, cancellationToken);
    }
}
