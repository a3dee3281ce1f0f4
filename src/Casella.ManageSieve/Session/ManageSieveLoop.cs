using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Authentication;
using Casella.Core;
using Casella.Formats.Sieve;
using Casella.ManageSieve.Commands;
using Casella.ManageSieve.Syntax;
using Casella.Net.Connections;
using Casella.Net.Framing;

namespace Casella.ManageSieve.Session;

/// <summary>
/// The loop of a session: command → table → state → answer. The one place that turns exceptions into NO, counts
/// nonsense, keeps the deadlines and writes one debug line and one measurement for each command.
/// </summary>
internal sealed class ManageSieveLoop(ManageSieveSession session)
{
    /// <summary>Octets of a script that is read to its end although it is too large, so that the client hears why.</summary>
    private const long ReadAtMost = 64 * 1024 * 1024;

    private static readonly Meter Meter = new("Casella.ManageSieve");
    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("casella.managesieve.command.duration", "ms", "Time from a command to its answer.");

    private int _badInARow;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var scope = Log.SessionScope(session.Services.Logger, session.Connection.Id);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.Connection.Draining);
        Capability.Tell(session);
        while (!session.IsOver)
        {
            if (await ReadAsync(stopping.Token) is not { } command)
                return;
            if (!command.IsEmpty)
                await AnswerAsync(command, cancellationToken);
        }

        await session.Connection.Output.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// The next command with its literals; empty when it was answered already; null when the session is over, and then
    /// the client has been told why if it still listens.
    /// </summary>
    private async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken stopping)
    {
        try
        {
            await session.BeforeReadingAsync(stopping);
            var framed = await session.Framer.ReadCommandAsync(Decide, NeverAsked, stopping);
            if (framed is { PendingLiteral: not null })
                return await SkipAsync(stopping);
            return framed?.Bytes;
        }
        catch (FramingException bad) when (!bad.MustClose)
        {
            await BadAsync("BadLiteral");
            return session.IsOver ? null : ReadOnlyMemory<byte>.Empty;
        }
        catch (FramingException)
        {
            return await SayGoodbyeAsync("BadLiteral");
        }
        catch (DeadlinePassedException)
        {
            return await SayGoodbyeAsync("TimedOut", "TRYLATER");
        }
        catch (OperationCanceledException) when (session.Connection.Draining.IsCancellationRequested)
        {
            return session.Connection.EndReason is { } why ? await SayGoodbyeAsync(Errors.Of(why)) : await SayGoodbyeAsync("Stopping", "TRYLATER");
        }
    }

    /// <summary>
    /// RFC 5804 §4: a client's literals are "{n+}", on their way already. One that would ask first is none of this
    /// protocol.
    /// </summary>
    private LiteralDecision Decide(ReadOnlyMemory<byte> soFar, LiteralAnnouncement literal)
    {
        if (literal.IsSynchronizing || literal.IsBinary)
            return LiteralDecision.Refuse;
        var isTooLarge = literal.Size > session.Framer.Limits.MaxLiteral;
        return isTooLarge && session.IsSignedIn && literal.Size <= ReadAtMost ? LiteralDecision.Stream : LiteralDecision.Take;
    }

    private static ValueTask NeverAsked(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A script that is too large is read past, and refused (RFC 5804 §1.3 QUOTA/MAXSIZE).</summary>
    private async Task<ReadOnlyMemory<byte>?> SkipAsync(CancellationToken stopping)
    {
        FramedCommand? rest;
        do
        {
            await session.Framer.SkipLiteralAsync(stopping);
            rest = await session.Framer.ContinueAsync(Decide, NeverAsked, stopping);
        }
        while (rest?.PendingLiteral is not null);

        session.Writer.No(session.Words["TooLarge", SieveLimits.Default.ScriptSize / 1024], "QUOTA/MAXSIZE");
        return rest is null ? null : ReadOnlyMemory<byte>.Empty;
    }

    private async Task<ReadOnlyMemory<byte>?> SayGoodbyeAsync(string text, string? code = null)
    {
        session.Writer.Bye(session.Words[text], code);
        await session.Connection.Output.FlushAsync(session.Connection.Aborted);
        return null;
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> framed, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var name = "?";
        try
        {
            if (Parse(framed.Span, ref name) is not { } command)
            {
                await BadAsync("UnknownCommand");
                return;
            }

            await command.ExecuteAsync(session, cancellationToken);
            _badInARow = 0;
        }
        catch (ManageSieveSyntaxException syntax)
        {
            await BadAsync("BadArguments", syntax.Expected);
        }
        catch (WrongStateException)
        {
            await BadAsync(session.IsSignedIn ? "AlreadySignedIn" : "SignInFirst");
        }
        catch (SieveScriptException mistakes)
        {
            session.Writer.No(string.Join("\r\n", mistakes.Errors.Select(error => error.Text(session.Words.Culture))));
        }
        catch (FramingException bad)
        {
            // The answer to a challenge of AUTHENTICATE.
            await BadAsync("BadLiteral");
            session.IsOver |= bad.MustClose;
        }
        catch (MailException failure)
        {
            var (code, text) = Errors.Of(failure.Error);
            session.Writer.No(session.Words[text], code);
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
            session.Writer.Bye(session.Words["InternalError", id], "TRYLATER");
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
    private ManageSieveCommand? Parse(ReadOnlySpan<byte> command, ref string name)
    {
        var parser = new ManageSieveParser(command);
        if (!ManageSieveCommands.TryFind(parser.Command(), out var row))
            return null;
        name = row.Name;
        return row.States.HasFlag(session.State) ? row.Parse(ref parser) : throw new WrongStateException();
    }

    private Task BadAsync(string text, params object[] values)
    {
        session.Writer.No(session.Words[text, values]);
        if (++_badInARow < session.Services.Options.BadCommandsInARow)
            return Task.CompletedTask;
        session.Writer.Bye(session.Words["TooManyErrors"]);
        session.IsOver = true;
        return session.Connection.Output.FlushAsync(session.Connection.Aborted).AsTask();
    }

    private sealed class WrongStateException : Exception;
}
