using System.Security.Authentication;
using Casella.Core;
using Casella.Imap.Syntax;
using Casella.Net.Connections;
using Casella.Net.Framing;
using Microsoft.Extensions.Logging;

namespace Casella.Imap.Session;

/// <summary>
/// Speaks one session: read a command, parse it, check the state, execute, announce what the command's row allows,
/// reply. Everything that goes wrong in a command ends here, once. Started by <see cref="ImapProtocol"/> for each
/// connection.
/// </summary>
internal sealed class CommandLoop(ImapSession session)
{
    private readonly LiteralGate _gate = new(session);
    private int _badInARow;

    private ILogger Logger => session.Services.Logger;

    /// <param name="cancellationToken">Ends the session at once, without a word.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        session.Writer.Raw("* OK ["u8).Text(session.Capabilities).Raw("] Casella is ready\r\n"u8);
        await session.Writer.FlushAsync(cancellationToken);
        // Waiting for the client ends when the server stops in an orderly way or this session is to end; a running
        // command is finished first.
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Connection.Draining);
        session.Reading = reading.Token;
        try
        {
            while (session.State != ImapStates.Logout && await NextAsync(cancellationToken))
                await session.FinishReplyAsync(cancellationToken);
        }
        catch (AuthenticationException e)
        {
            // After the go-ahead for TLS nothing can be said in plain text.
            Log.SessionEnds(Logger, e.Message);
            return;
        }
        catch (DeadlinePassedException)
        {
            session.SayBye("Nothing was heard for too long");
        }
        catch (OperationCanceledException) when (session.Connection.Draining.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            session.SayBye(session.Connection.EndReason is { } why ? Errors.Bye(why) : "The server is being restarted");
        }
        await session.Writer.FlushAsync(cancellationToken);
    }

    /// <summary>Reads and does one command; false when the client has closed.</summary>
    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        session.Connection.SetDeadline(Deadline());
        if (session.Watch is { } watch)
            await session.WaitTellingAsync(watch, TellAsync, cancellationToken);
        if (session.State == ImapStates.Logout)
            return true;
        FramedCommand? framed;
        try
        {
            framed = await session.Framer.ReadCommandAsync(_gate.Decide, _gate.ContinueAsync, session.Reading);
        }
        catch (FramingException e)
        {
            await RefuseAsync(e, cancellationToken);
            return true;
        }
        if (framed is null)
            return false;
        await HandleAsync(CommandLine.Parse(framed, session.State, session.Enabled.Utf8Names), cancellationToken);
        return true;
    }

    /// <summary>
    /// Before sign-in the whole time is limited, however many commands are sent; afterwards the silence between two.
    /// </summary>
    private TimeSpan Deadline()
    {
        if (session.State != ImapStates.NotAuthenticated)
            return session.Options.IdleTimeout;
        var left = session.Options.SignInTimeout - session.Services.Time.GetElapsedTime(session.SignInBegan);
        return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
    }

    private async Task HandleAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var started = session.Services.Time.GetTimestamp();
        session.Tag = line.Tag;
        var reply = line.Refusal ?? await ExecuteAsync(line, cancellationToken);
        if (line.Row is { TellsState: false } row && (session.Selected is not null || session.Annotations is not null) && reply.Status != ReplyStatus.Bad)
            await AnnounceAsync(row, cancellationToken);
        WriteReply(reply);
        session.Selected?.Answered();
        var duration = session.Services.Time.GetElapsedTime(started);
        var status = reply.Status.ToString();
        Log.Command(Logger, line.Name, status, duration.TotalMilliseconds);
        ImapMetrics.Command(line.Name, status, duration);
    }

    private async ValueTask<ImapReply> ExecuteAsync(CommandLine line, CancellationToken cancellationToken)
    {
        if (session.Enabled.UidOnly && line.Row!.UsesNumbers)
            return ImapReply.Bad(ImapSyntaxException.UidRequired());
        try
        {
            return await line.Command!.ExecuteAsync(session, cancellationToken);
        }
        catch (ImapSyntaxException e)
        {
            return ImapReply.Bad(e);
        }
        catch (FramingException e)
        {
            return Refusal(e);
        }
        catch (MailException e)
        {
            if (e.Error is MailError.Unavailable or MailError.Damaged)
                Log.CommandFailed(Logger, e, line.Name, e.Error);
            return Errors.Reply(e.Error, line.Command!.HasTarget);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException or DeadlinePassedException))
        {
            return Internal(e, line.Name);
        }
    }

    private ImapReply Internal(Exception exception, string command) => Errors.Internal(LogBug(exception, command));

    private string LogBug(Exception exception, string command)
    {
        var id = Guid.NewGuid().ToString("N")[..8];
        Log.InternalError(Logger, exception, id, command);
        return id;
    }

    private ValueTask AnnounceAsync(ImapCommandRow row, CancellationToken cancellationToken) => GuardAsync(
        row.Name,
        async () =>
        {
            await session.AnnounceAsync(row.Expunges, cancellationToken);
            session.Writer.HeldBack(session);
        });

    /// <summary>Between commands, once NOTIFY has been said.</summary>
    private ValueTask TellAsync(CancellationToken cancellationToken) => GuardAsync(
        "NOTIFY", () => session.TellAsync(session.Watch!.BetweenCommands, cancellationToken));

    /// <summary>
    /// Whatever goes wrong here, the command itself has succeeded and is answered as it was: a NO would make the client
    /// do it again.
    /// </summary>
    private async ValueTask GuardAsync(string name, Func<ValueTask> tell)
    {
        try
        {
            await tell();
        }
        catch (MailException e) when (e.Error == MailError.NoSuchMailbox)
        {
            // RFC 2180 §3.3: there is no way to tell a client that its selected mailbox is gone, but to part.
            session.SayBye("The selected mailbox has been deleted");
        }
        catch (MailException e)
        {
            Log.CommandFailed(Logger, e, name, e.Error);
            session.SayBye(Errors.Reply(e.Error).Text);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
        {
            session.SayBye(Errors.Internal(LogBug(e, name)).Text);
        }
    }

    private void WriteReply(ImapReply reply)
    {
        var writer = session.Writer;
        writer.Text(session.Tag).Raw(reply.Status switch
        {
            ReplyStatus.Ok => " OK "u8,
            ReplyStatus.No => " NO "u8,
            _ => " BAD "u8,
        });
        if (reply.Code is { } code)
            writer.Byte((byte)'[').Text(code).Raw("] "u8);
        writer.Utf8Text(reply.Status == ReplyStatus.Bad ? reply.Text : session.Words.Of(reply.Text)).Crlf();
        _badInARow = reply.Status == ReplyStatus.Bad ? _badInARow + 1 : 0;
        if (_badInARow >= session.Options.MaxBadCommands)
            session.SayBye("Too many commands that make no sense");
    }

    private async Task RefuseAsync(FramingException e, CancellationToken cancellationToken)
    {
        session.Tag = CommandLine.TagOf(e.SoFar.Span);
        WriteReply(Refusal(e));
        await session.Writer.FlushAsync(cancellationToken);
    }

    private ImapReply Refusal(FramingException e)
    {
        if (e.MustClose)
            session.SayBye("What follows cannot be told from the rest of the command");
        return _gate.TakeRefusal() ?? e.Error switch
        {
            FramingError.CommandTooLong => ImapReply.Bad("The command is too long", "LIMIT"),
            FramingError.LiteralTooLarge => ImapReply.Bad("The literal is too large", "LIMIT"),
            FramingError.TooManyLiterals => ImapReply.Bad("The command has too many literals", "LIMIT"),
            FramingError.MalformedLiteral => ImapReply.Bad("Expected the size of a literal: {123} or {123+}"),
            FramingError.LiteralRefused => ImapReply.Bad("No literal can stand there"),
        };
    }
}
