using System.Text;
using Casella.Core;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>IDLE (RFC 2177): changes are told as they are committed, until the client says DONE.</summary>
internal sealed record Idle : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Idle();

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // RFC 5465 §4: after NOTIFY, exactly what it has asked for.
        var signal = session.Watch?.Signal ?? new IdleSignal();
        using var subscription = session.Watch is null ? Subscribe(session, signal) : null;
        session.Annotations?.Signal = signal;
        using var keepAlive = KeepAlive(session, signal);
        session.Connection.SetDeadline(session.Options.IdleTimeout);
        session.Writer.Raw("+ idling\r\n"u8);
        // Subscribed first, looked second: a commit in between is told here or by the signal, never by neither.
        signal.Raise(IdleWakes.Change);

        session.Framer.ReleaseBuffers();
        // One read waits for DONE all the time; only this loop writes.
        var done = session.Framer.ReadLineAsync(session.Reading).AsTask();
        try
        {
            while (!done.IsCompleted)
            {
                await TellAsync(session, signal.Take(), cancellationToken);
                await Task.WhenAny(done, signal.WaitAsync());
            }
        }
        catch (MailException)
        {
            // The mailbox has been deleted or cannot be read. The read for DONE is still out, so this connection can
            // take no other command.
            session.SayBye("The selected mailbox cannot be watched any more");
            throw;
        }
        if (await done is not { } line)
            throw new EndOfStreamException("The connection ended within IDLE.");
        return Ascii.EqualsIgnoreCase(line.Span, "DONE"u8)
            ? ImapReply.Ok("IDLE completed")
            : ImapReply.Bad("Expected DONE");
    }

    private static async ValueTask TellAsync(ImapSession session, IdleWakes wakes, CancellationToken cancellationToken)
    {
        if (wakes == IdleWakes.None)
            return;
        if (wakes.HasFlag(IdleWakes.Change))
            await session.TellAsync(Expunges.Announced, cancellationToken);
        else
            session.Writer.Raw("* OK Still here\r\n"u8);
        await session.Writer.FlushAsync(cancellationToken);
        session.Connection.ReleaseBuffers();
    }

    private static IDisposable? Subscribe(ImapSession session, IdleSignal signal)
    {
        if (session.Selected is not { } view)
            return null;
        return view.Account.Subscribe(committed =>
        {
            // A change of the tree may be the end of this mailbox.
            if (committed.TreeChanged || committed.Mailboxes.Contains(view.Mailbox))
                signal.Raise(IdleWakes.Change);
        });
    }

    private static ITimer? KeepAlive(ImapSession session, IdleSignal signal)
    {
        var period = session.Options.IdleKeepAlive;
        return period > TimeSpan.Zero
            ? session.Services.Time.CreateTimer(
                static state => ((IdleSignal)state!).Raise(IdleWakes.KeepAlive), signal, period, period)
            : null;
    }
}
