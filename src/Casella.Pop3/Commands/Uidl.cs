using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>
/// UIDL (RFC 1939 §7): the eternal name of one message or of each, tied to the message and not to a folder.
/// </summary>
internal sealed record Uidl(int? Message) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        var message = parser.HasArgument ? parser.MessageNumber() : (int?)null;
        parser.End();
        return new Uidl(message);
    }

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        var maildrop = session.Maildrop;
        if (Message is { } number)
        {
            _ = maildrop[number];   // refuses a number that is not there or is marked before any name is read
            session.Writer.Ok($"{number} {await maildrop.UniqueIdAsync(number, cancellationToken)}");
            return;
        }

        await maildrop.LoadUniqueIdsAsync(cancellationToken);
        session.Writer.Ok(session.Words["Listing", maildrop.Totals().Count]);
        for (var i = 1; i <= maildrop.Count; i++)
        {
            if (!maildrop.IsDeleted(i))
                session.Writer.Listing($"{i} {await maildrop.UniqueIdAsync(i, cancellationToken)}");
            await session.FlushWhenLargeAsync(cancellationToken);
        }

        session.Writer.EndListing();
    }
}
