using System.Text;
using Casella.Core;
using Casella.ManageSieve.Session;
using Casella.ManageSieve.Syntax;
using Casella.Net.Framing;
using Casella.Net.Sasl;

namespace Casella.ManageSieve.Commands;

/// <summary>AUTHENTICATE (RFC 5804 §2.1): a SASL exchange, each message a string of base64.</summary>
internal sealed record Authenticate(string Mechanism, string? InitialResponse) : ManageSieveCommand
{
    public static ManageSieveCommand Parse(ref ManageSieveParser parser)
    {
        var mechanism = parser.String();
        var initial = parser.HasArgument ? parser.String() : null;
        parser.End();
        return new Authenticate(mechanism, initial);
    }

    public override async ValueTask ExecuteAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        // The password is never looked at.
        if (!session.Connection.IsSecure)
            session.Writer.No(session.Words["TlsFirst"], "ENCRYPT-NEEDED");
        else if (SaslExchange.Begin(Mechanism, session.SaslPeer) is { } exchange)
            await ExchangeAsync(session, exchange, cancellationToken);
        else
            session.Writer.No(session.Words["SaslUnknown"]);
    }

    private async Task ExchangeAsync(ManageSieveSession session, SaslExchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            var initial = InitialResponse is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(InitialResponse);
            var signedIn = await exchange.RunAsync(
                initial,
                challenge =>
                {
                    session.Writer.Strings([challenge]);
                    return ReadAsync(session, cancellationToken);
                },
                cancellationToken);
            if (signedIn is null)
            {
                session.Writer.No(session.Words["SaslCancelled"]);
                return;
            }

            await session.EnterAsync(signedIn, cancellationToken);
            session.Writer.Ok(session.Words["Welcome"]);
        }
        catch (SaslException)
        {
            session.Writer.No(session.Words["SaslMalformed"]);
        }
        catch (SaslAuthorizationException)
        {
            throw new MailException(MailError.SignInFailed, "authorization identity differs");
        }
    }

    /// <summary>The client's next string; null when it is gone.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        await session.BeforeReadingAsync(cancellationToken);
        var framed = await session.Framer.ReadCommandAsync(
            static (_, literal) => literal.IsSynchronizing ? LiteralDecision.Refuse : LiteralDecision.Take,
            static _ => ValueTask.CompletedTask, cancellationToken);
        if (framed is null)
            return null;
        return Encoding.UTF8.GetBytes(Read(framed.Bytes.Span));
    }

    /// <summary>The string stands alone; the parser wants the space before it that commands have.</summary>
    private static string Read(ReadOnlySpan<byte> line)
    {
        var parser = new ManageSieveParser([(byte)' ', .. line]);
        var text = parser.String();
        parser.End();
        return text;
    }

    /// <summary>Never shows the response.</summary>
    public override string ToString() => $"AUTHENTICATE {Mechanism}";
}
