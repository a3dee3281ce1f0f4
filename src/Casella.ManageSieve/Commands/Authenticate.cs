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
        else if (SaslExchange.Begin(Mechanism) is { } exchange)
            await ExchangeAsync(session, exchange, cancellationToken);
        else
            session.Writer.No(session.Words["SaslUnknown"]);
    }

    private async Task ExchangeAsync(ManageSieveSession session, SaslExchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            var response = InitialResponse is null ? (ReadOnlyMemory<byte>?)null : Decode(InitialResponse);
            var step = exchange.Next(response);
            while (step.Credentials is null)
            {
                session.Writer.Strings([Convert.ToBase64String(step.Challenge.GetValueOrDefault().Span)]);
                if (await ReadAsync(session, cancellationToken) is not { } line || line is "*")
                {
                    session.Writer.No(session.Words["SaslCancelled"]);
                    return;
                }

                step = exchange.Next(Decode(line));
            }

            await SignInAsync(session, step.Credentials, cancellationToken);
            session.Writer.Ok(session.Words["Welcome"]);
        }
        catch (SaslException)
        {
            session.Writer.No(session.Words["SaslMalformed"]);
        }
    }

    /// <summary>The client's next string; null when it is gone.</summary>
    private static async ValueTask<string?> ReadAsync(ManageSieveSession session, CancellationToken cancellationToken)
    {
        await session.BeforeReadingAsync(cancellationToken);
        var framed = await session.Framer.ReadCommandAsync(
            static (_, literal) => literal.IsSynchronizing ? LiteralDecision.Refuse : LiteralDecision.Take,
            static _ => ValueTask.CompletedTask, cancellationToken);
        return framed is null ? null : Read(framed.Bytes.Span);
    }

    /// <summary>The string stands alone; the parser wants the space before it that commands have.</summary>
    private static string Read(ReadOnlySpan<byte> line)
    {
        var parser = new ManageSieveParser([(byte)' ', .. line]);
        var text = parser.String();
        parser.End();
        return text;
    }

    /// <summary>RFC 5804 §2.1: an empty string is an empty response.</summary>
    private static byte[] Decode(string text) => text.Length == 0 ? [] : SaslExchange.DecodeBase64(Encoding.UTF8.GetBytes(text));

    /// <summary>RFC 4616 §2: acting for somebody else than the one who signs in is not offered.</summary>
    private static Task SignInAsync(ManageSieveSession session, SaslCredentials credentials, CancellationToken cancellationToken) =>
        credentials.AsksForAnother
            ? throw new MailException(MailError.SignInFailed, "authorization identity differs")
            : session.SignInAsync(credentials.AuthenticationId, credentials.Password, cancellationToken);

    /// <summary>Never shows the response.</summary>
    public override string ToString() => $"AUTHENTICATE {Mechanism}";
}
