using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Authentication;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Net.Connections;
using Casella.Net.Framing;
using Casella.Smtp.Commands;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Session;

/// <summary>
/// The loop of a session: line → table → state → command → reply. The one place that turns exceptions into replies,
/// counts errors, keeps the deadlines and writes one debug line and one measurement for each command.
/// </summary>
internal sealed class SmtpLoop(SmtpSession session)
{
    private static readonly Meter Meter = new("Casella.Smtp");
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("casella.smtp.command.duration", "ms", "Time from a command's line to its reply.");

    private int _errors;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var scope = Log.SessionScope(session.Services.Logger, session.Connection.Id);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Connection.Draining);
        if (IsClosed)
        {
            await SayGoodbyeAsync("4.7.0", "too many errors from your address, try again in an hour");
            return;
        }

        session.Writer.Reply(new(220, null, $"{session.Services.HostName} ESMTP Casella"));
        while (!session.IsOver)
        {
            if (await ReadAsync(stopping.Token) is not { } line)
                return;
            var reply = await AnswerAsync(line, cancellationToken);
            if (reply is { } mistake && IsGuess(mistake) && session.Services.Tarpit.Note(session.Connection.Remote.Address) is { Ticks: > 0 } wait)
                await WaitAsync(wait, stopping.Token);
            if (reply is { } words)
                session.Writer.Reply(words);
            // Whoever is asked to come again has made no mistake.
            if (reply is { IsError: true, Enhanced: not "4.7.1" } && ++_errors >= session.Services.Options.ErrorsPerConnection && !session.IsOver)
                End(421, "4.7.0", "too many errors");
        }

        await session.Connection.Output.FlushAsync(cancellationToken);
    }

    private bool IsClosed => session.Role is SmtpRole.Mx && session.Services.Tarpit.IsClosedTo(session.Connection.Remote.Address);

    /// <summary>What only who tries out addresses, or is lost, does often: no such recipient, no relay, no SMTP.</summary>
    private bool IsGuess(SmtpReply reply) => session.Role is SmtpRole.Mx
        && reply is { Code: >= 500, Enhanced: ['5', '.', '1' or '5', ..] };

    /// <summary>In the tarpit, until the server stops.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken stopping)
    {
        try
        {
            await session.Connection.Output.FlushAsync(stopping);
            await Task.Delay(wait, session.Services.Time, stopping);
        }
        catch (OperationCanceledException) when (session.Connection.Draining.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>
    /// The next command's line, or null when the session is over; then the client has been told why if it still
    /// listens.
    /// </summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await session.ReadLineAsync(stopping);
            }
            catch (LineTooLongException tooLong) when (tooLong.MayContinue && ++_errors < session.Services.Options.ErrorsPerConnection)
            {
                session.Writer.Reply(new(500, "5.5.2", "The line is too long"));
            }
            catch (LineTooLongException)
            {
                return await SayGoodbyeAsync("4.7.0", "the line is too long");
            }
            catch (DeadlinePassedException)
            {
                return await SayGoodbyeAsync("4.4.2", "nothing was said for too long");
            }
            catch (OperationCanceledException) when (session.Connection.Draining.IsCancellationRequested)
            {
                return session.Connection.EndReason is { } why
                    ? await SayGoodbyeAsync("4.7.0", Errors.Bye(why))
                    : await SayGoodbyeAsync("4.3.2", "stopping, try again in a minute");
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>?> SayGoodbyeAsync(string enhanced, string why)
    {
        End(421, enhanced, why);
        await session.Connection.Output.FlushAsync(session.Connection.Aborted);
        return null;
    }

    private void End(int code, string enhanced, string why)
    {
        session.Writer.Reply(new(code, enhanced, $"{session.Services.HostName} closes the connection: {why}"));
        session.IsOver = true;
    }

    /// <summary>The reply that is still to be written, or null when the command has written its own.</summary>
    private async Task<SmtpReply?> AnswerAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var name = "?";
        SmtpReply? reply = null;
        try
        {
            if (Parse(line.Span, ref name, out var refusal) is not { } command)
                return reply = refusal;
            return reply = await command.ExecuteAsync(session, cancellationToken);
        }
        catch (SmtpSyntaxException syntax)
        {
            session.IsOver |= syntax.EndsSession;
            return reply = new SmtpReply(501, "5.5.4", $"Expected {syntax.Expected}");
        }
        catch (LineTooLongException tooLong)
        {
            // RFC 4954 §4: within AUTH.
            session.IsOver |= !tooLong.MayContinue;
            return reply = new SmtpReply(500, "5.5.6", "The line is too long");
        }
        catch (MailException failure)
        {
            return reply = Errors.Of(failure.Error);
        }
        catch (DeadlinePassedException)
        {
            session.IsOver = true;
            return reply = new SmtpReply(421, "4.4.2", "Nothing was sent for too long");
        }
        catch (Exception failure) when (failure is UnreadInputException or AuthenticationException)
        {
            Log.TlsFailed(session.Services.Logger, session.Connection.Remote, failure.Message);
            session.IsOver = true;
            return null;
        }
        catch (Exception bug) when (bug is not (OperationCanceledException or IOException))
        {
            var id = Guid.NewGuid().ToString("N")[..8];
            Log.InternalError(session.Services.Logger, bug, id, name);
            session.IsOver = true;
            return reply = new SmtpReply(421, "4.3.0", $"Internal error ({id})");
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Duration.Record(elapsed, new KeyValuePair<string, object?>("command", name));
            Log.CommandDone(session.Services.Logger, name, elapsed, reply?.Code ?? 0);
        }
    }

    /// <summary>
    /// Null for what is not a command now, with the reply. Its name is told only when it is one of the table's: a
    /// mistyped password must not reach the log.
    /// </summary>
    private SmtpCommand? Parse(ReadOnlySpan<byte> line, ref string name, out SmtpReply refusal)
    {
        var parser = new SmtpParser(line);
        refusal = default;
        if (IsOfBrowser(line))
        {
            session.IsOver = true;
            refusal = new(421, "4.7.0", "This is a mail server");
            return null;
        }

        var verb = parser.Verb();
        if (!SmtpCommands.TryFind(verb, session.Role, out var row))
        {
            refusal = new(500, "5.5.1", "Unknown command");
            // RFC 6409 §3.1: people's mail has ports of its own.
            if (SmtpCommands.TryFind(verb, SmtpRole.Submission, out _))
                session.Services.Core.Authenticator.NoteWrongPort(AccessProtocol.Submission, session.Connection.Remote.Address);
        }
        else if (!row.States.HasFlag(session.State))
            refusal = new(503, "5.5.1", WhatComesFirst(row));
        if (refusal.IsError)
            return null;
        name = row!.Name;
        return row.Parse(ref parser);
    }

    /// <summary>
    /// A page that makes somebody's browser post to a mail port has its commands in the body; nothing behind the first
    /// line is looked at.
    /// </summary>
    private static bool IsOfBrowser(ReadOnlySpan<byte> line)
    {
        var end = line.LastIndexOf((byte)' ');
        return end > 0 && line[(end + 1)..].StartsWith("HTTP/"u8);
    }

    private string WhatComesFirst(SmtpCommandRow row) => session.State switch
    {
        SmtpStates.Connected => "EHLO comes first",
        SmtpStates.Greeted => "MAIL comes first",
        _ => $"{row.Name} is not possible within a transaction",
    };
}
