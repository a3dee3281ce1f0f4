using Casella.Core;
using Casella.Core.Maildrops;
using Casella.Core.Policies;
using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>
/// QUIT (RFC 1939 §6): the UPDATE state. Only here does what was marked leave the device's view; +OK comes after that
/// is durable.
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
            session.Writer.Ok(Goodbye(session, await session.Maildrop.UpdateAsync(cancellationToken)));
        }
        catch (MailException failure)
        {
            Log.UpdateFailed(session.Services.Logger, failure);
            session.Writer.Err(Errors.Of(failure.Error).Code, session.Words["NotAllDeleted"]);
        }
    }

    /// <summary>What has become of the messages: the mailbox decides, not the program.</summary>
    private static string Goodbye(Pop3Session session, MaildropUpdate update) => update.Count == 0
        ? session.Words["Goodbye"]
        : update.Deletion switch
        {
            Pop3Deletion.Hide => session.Words["GoodbyeHidden", update.Count],
            Pop3Deletion.Trash => session.Words["GoodbyeTrash", update.Count],
            Pop3Deletion.Delete => session.Words["GoodbyeDeleted", update.Count],
        };
}
