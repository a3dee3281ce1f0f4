using Casella.Core;
using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>RETR (RFC 1939 §5): the whole message. Where the mailbox wants it, it is read then.</summary>
internal sealed record Retr(int Message) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        var message = parser.MessageNumber();
        parser.End();
        return new Retr(message);
    }

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        var placement = session.Maildrop[Message];
        await using var content = await session.OpenMessageAsync(placement, cancellationToken);
        session.Writer.Ok(session.Words["Octets", placement.Size]);
        await MessageTransfer.SendAsync(session, content, bodyLines: null, cancellationToken);
        // Read is what has been sent to its end; a connection that broke within it has read nothing.
        await session.Connection.Output.FlushAsync(cancellationToken);
        try
        {
            await session.Maildrop.RetrievedAsync(placement, cancellationToken);
        }
        catch (MailException failure)
        {
            // The answer is over: the program has its message, and the next line would be taken for another's answer.
            Log.NotMarkedSeen(session.Services.Logger, failure);
        }
    }
}
