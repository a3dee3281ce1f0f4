using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Authentication;
using Casella.Core;
using Casella.Net.Connections;
using Casella.Net.Framing;
using Casella.Pop3.Commands;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Session;

/// <summary>
/// The loop of a session: line → table → state → command → answer. The one place that turns exceptions into -ERR,
/// counts nonsense, keeps the deadlines and writes one debug line and one measurement for each command.
/// </summary>
internal sealed class Pop3Loop(Pop3Session session)
{
    private static readonly Meter Meter = new("Casella.Pop3");
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("casella.pop3.command.duration", "ms", "Time from a command's line to its answer.");

    private int _badInARow;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var scope = Log.SessionScope(session.Services.Logger, session.Connection.Id);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Connection.Draining);
        session.Writer.Ok(session.Words["Greeting", "Casella"]);
        while (!session.IsOver)
        {
            if (await ReadAsync(stopping.Token) is not { } line)
                return;
            await AnswerAsync(line, cancellationToken);
        }

        await session.Connection.Output.FlushAsync(cancellationToken);
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
            catch (LineTooLongException tooLong) when (tooLong.MayContinue)
            {
                await BadAsync("LineTooLong");
                if (session.IsOver)
                    return null;
            }
            catch (LineTooLongException)
            {
                return await SayGoodbyeAsync("LineTooLong");
            }
            catch (DeadlinePassedException)
            {
                // RFC 1939 §3: an autologout does not enter the UPDATE state; marks are forgotten.
                return await SayGoodbyeAsync("TimedOut");
            }
            catch (OperationCanceledException) when (session.Connection.Draining.IsCancellationRequested)
            {
                return session.Connection.EndReason is { } why
                    ? await SayGoodbyeAsync(Errors.Of(why))
                    : await SayGoodbyeAsync("Stopping");
            }
        }
    }

    private Task<ReadOnlyMemory<byte>?> SayGoodbyeAsync(string text) => SayGoodbyeAsync(new Pop3Error("SYS/TEMP", text));

    private async Task<ReadOnlyMemory<byte>?> SayGoodbyeAsync(Pop3Error error)
    {
        session.Writer.Err(error.Code, session.Words[error.Text]);
        await session.Connection.Output.FlushAsync(session.Connection.Aborted);
        return null;
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var name = "?";
        try
        {
            if (Parse(line.Span, ref name) is not { } command)
            {
                await BadAsync("UnknownCommand");
                return;
            }

            await command.ExecuteAsync(session, cancellationToken);
            _badInARow = 0;
        }
        catch (Pop3SyntaxException syntax)
        {
            await BadAsync("BadArguments", syntax.Expected);
        }
        catch (WrongStateException)
        {
            await BadAsync("WrongState", session.Words[session.IsSignedIn ? "AlreadySignedIn" : "SignInFirst"]);
        }
        catch (LineTooLongException tooLong)
        {
            // The answer to a challenge of AUTH (RFC 5034 §4).
            await BadAsync("LineTooLong");
            session.IsOver |= !tooLong.MayContinue;
        }
        catch (MailException failure)
        {
            var (code, text) = Errors.Of(failure.Error);
            session.Writer.Err(code, session.Words[text]);
        }
        catch (Exception failure) when (failure is UnreadInputException or AuthenticationException)
        {
            Log.TlsFailed(session.Services.Logger, session.Connection.Remote, failure.Message);
            session.IsOver = true;
        }
        catch (Exception bug) when (bug is not (OperationCanceledException or IOException or DeadlinePassedException))
        {
            var id = Guid.NewGuid().ToString("N")[..8];
            Log.InternalError(session.Services.Logger, bug, id, name);
            session.Writer.Err("SYS/TEMP", session.Words["InternalError", id]);
            session.IsOver = true;
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Duration.Record(elapsed, new KeyValuePair<string, object?>("command", name));
            Log.CommandDone(session.Services.Logger, name, elapsed);
        }
    }

    /// <summary>
    /// Null for an unknown command. Its name is told only when it is one of the table's: a mistyped password must not
    /// reach the log.
    /// </summary>
    private Pop3Command? Parse(ReadOnlySpan<byte> line, ref string name)
    {
        var parser = new Pop3Parser(line);
        if (!Pop3Commands.TryFind(parser.Keyword(), out var row))
            return null;
        name = row.Name;
        return row.States.HasFlag(session.State) ? row.Parse(ref parser) : throw new WrongStateException();
    }

    private Task BadAsync(string text, params object[] values)
    {
        session.Writer.Err(null, session.Words[text, values]);
        if (++_badInARow < session.Services.Options.BadCommandsInARow)
            return Task.CompletedTask;
        session.Writer.Err(null, session.Words["TooManyErrors"]);
        session.IsOver = true;
        return session.Connection.Output.FlushAsync(session.Connection.Aborted).AsTask();
    }

    private sealed class WrongStateException : Exception;
}
