namespace Casella.Imap.Session;

/// <summary>
/// The time between two commands of a session that has said NOTIFY (RFC 5465 §3.1): it is told what it asked for while
/// the server waits for its next command. Sessions that have not said NOTIFY never come here.
/// </summary>
internal static class BetweenCommands
{
    /// <summary>
    /// Everything there is to tell now: what the selected mailbox has, then the others. Also within IDLE (§4).
    /// </summary>
    public static async ValueTask TellAsync(this ImapSession session, Expunges expunges, CancellationToken cancellationToken)
    {
        await session.AnnounceAsync(expunges, cancellationToken);
        if (session.Watch is { } watch)
            await watch.TellAsync(session, cancellationToken);
        session.Writer.HeldBack(session);
        await session.Writer.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// Returns when the next command has begun to come: from then on nothing is told until its end, so that only one
    /// writes.
    /// </summary>
    /// <param name="tell">Tells, and sees to what goes wrong with it.</param>
    public static async ValueTask WaitTellingAsync(
        this ImapSession session, Watch watch, Func<CancellationToken, ValueTask> tell, CancellationToken cancellationToken)
    {
        // What a client has sent ahead is not waited for, but the client is told before each command nevertheless.
        await TellRaisedAsync(watch, tell, cancellationToken);
        var command = session.Framer.WaitAsync(session.Reading).AsTask();
        while (!command.IsCompleted && session.State != ImapStates.Logout)
        {
            session.Framer.ReleaseBuffers();
            session.Connection.ReleaseBuffers();
            await Task.WhenAny(command, watch.Signal.WaitAsync());
            await TellRaisedAsync(watch, tell, cancellationToken);
            // After NOTIFICATIONOVERFLOW nothing is told any more.
            watch = session.Watch ?? watch;
        }

        if (session.State != ImapStates.Logout)
            await command;
    }

    private static ValueTask TellRaisedAsync(
        Watch watch, Func<CancellationToken, ValueTask> tell, CancellationToken cancellationToken) =>
        watch.Signal.Take().HasFlag(IdleWakes.Change) ? tell(cancellationToken) : ValueTask.CompletedTask;
}
