using System.Text;
using Casella.Core;
using Casella.Net.Sasl;
using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>AUTH (RFC 5034 §4): a SASL exchange. Without a mechanism it lists them: old Outlook asks so.</summary>
internal sealed record Auth(string? Mechanism, string? InitialResponse) : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        if (!parser.HasArgument)
            return new Auth(null, null);
        var mechanism = parser.Argument("a SASL mechanism");
        var initial = parser.HasArgument ? parser.Argument("a base64 response") : null;
        parser.End();
        return new Auth(mechanism, initial);
    }

    public override async ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        if (session.RefusesPasswordsInClear())
            return;
        if (Mechanism is null)
            ListMechanisms(session);
        else if (SaslExchange.Begin(Mechanism) is { } exchange)
            await ExchangeAsync(session, exchange, cancellationToken);
        else
            session.Writer.Err(null, session.Words["SaslUnknown"]);
    }

    private static void ListMechanisms(Pop3Session session)
    {
        session.Writer.Ok(session.Words["Mechanisms"]);
        foreach (var mechanism in SaslExchange.Mechanisms)
            session.Writer.Listing(mechanism);
        session.Writer.EndListing();
    }

    private async Task ExchangeAsync(Pop3Session session, SaslExchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            var response = InitialResponse is null
                ? (ReadOnlyMemory<byte>?)null
                : SaslExchange.DecodeBase64(Encoding.ASCII.GetBytes(InitialResponse));
            var step = exchange.Next(response);
            while (step.Credentials is null)
            {
                session.Writer.Listing("+ " + Convert.ToBase64String(step.Challenge.GetValueOrDefault().Span));
                var line = await session.ReadLineAsync(cancellationToken);
                if (line is null || line.Value.Span.SequenceEqual("*"u8))
                {
                    session.Writer.Err(null, session.Words["SaslCancelled"]);
                    return;
                }

                step = exchange.Next(SaslExchange.DecodeBase64(line.Value.Span));
            }

            await SignInAsync(session, step.Credentials, cancellationToken);
        }
        catch (SaslException)
        {
            session.Writer.Err(null, session.Words["SaslMalformed"]);
        }
    }

    /// <summary>RFC 4616 §2: acting for somebody else than the one who signs in is not offered.</summary>
    private static Task SignInAsync(Pop3Session session, SaslCredentials credentials, CancellationToken cancellationToken) =>
        credentials.AsksForAnother
            ? throw new MailException(MailError.SignInFailed, "authorization identity differs")
            : session.SignInAsync(credentials.AuthenticationId, credentials.Password, cancellationToken);

    /// <summary>Never shows the response.</summary>
    public override string ToString() => $"AUTH {Mechanism}";
}
