using Casella.Core;
using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>
/// QUIT (RFC 1939 §6): the UPDATE state. Only here does what was marked leave INBOX; +OK comes after it is durable.
/// </summary>
internal sealed record Quit : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        parser.End();
        return new Quit();
    }

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        session.IsOver = true;
        if (!session.IsSignedIn)
        {
            session.Writer.Ok(session.Words["Goodbye"]);
            return;
        }

        try
        {
            var moved = await session.Maildrop.UpdateAsync(cancellationToken);
            session.Writer.Ok(moved == 0 ? session.Words["Goodbye"] : session.Words["GoodbyeDeleted", moved]);
        }
        catch (MailException failure)
        {
            Log.UpdateFailed(session.Services.Logger, failure);
            session.Writer.Err(Errors.Of(failure.Error).Code, session.Words["NotAllDeleted"]);
        }
    }
}
