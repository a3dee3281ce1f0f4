using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>LIST (RFC 1939 §5): the size of one message or of each.</summary>
internal sealed record List(int? Message) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        var message = parser.HasArgument ? parser.MessageNumber() : (int?)null;
        parser.End();
        return new List(message);
    }

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        var maildrop = session.Maildrop;
        if (Message is { } number)
        {
            session.Writer.Ok($"{number} {maildrop[number].Size}");
            return;
        }

        session.Writer.Ok(session.Words["Listing", maildrop.Totals().Count]);
        for (var i = 1; i <= maildrop.Count; i++)
        {
            if (!maildrop.IsDeleted(i))
                session.Writer.Listing(i, maildrop[i].Size);
            await session.FlushWhenLargeAsync(cancellationToken);
        }

        session.Writer.EndListing();
    }
}
