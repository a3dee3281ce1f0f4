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
        if (session.RefusesPasswordsInClear(userName: null))
            return;
        if (Mechanism is null)
            ListMechanisms(session);
        else if (SaslExchange.Begin(Mechanism, session.SaslPeer) is { } exchange)
            await ExchangeAsync(session, exchange, cancellationToken);
        else
            session.Writer.Err(null, session.Words["SaslUnknown"]);
    }

    private static void ListMechanisms(Pop3Session session)
    {
        session.Writer.Ok(session.Words["Mechanisms"]);
        foreach (var mechanism in SaslExchange.Mechanisms(session.SaslPeer))
            session.Writer.Listing(mechanism);
        session.Writer.EndListing();
    }

    private async Task ExchangeAsync(Pop3Session session, SaslExchange exchange, CancellationToken cancellationToken)
    {
        try
        {
            var initial = InitialResponse is null ? default(ReadOnlyMemory<byte>?) : Encoding.ASCII.GetBytes(InitialResponse);
            var signedIn = await exchange.RunAsync(
                initial,
                challenge =>
                {
                    session.Writer.Listing("+ " + challenge);
                    return session.ReadLineAsync(cancellationToken);
                },
                cancellationToken);
            if (signedIn is null)
                session.Writer.Err(null, session.Words["SaslCancelled"]);
            else
                await session.EnterAsync(signedIn, cancellationToken);
        }
        catch (SaslException)
        {
            session.Writer.Err(null, session.Words["SaslMalformed"]);
        }
        catch (SaslAuthorizationException)
        {
            throw new MailException(MailError.SignInFailed, "authorization identity differs");
        }
    }

    /// <summary>Never shows the response.</summary>
    public override string ToString() => $"AUTH {Mechanism}";
}
