using System.Text;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Net.Sasl;
using Casella.Smtp.Session;
using Casella.Smtp.Syntax;

namespace Casella.Smtp.Commands;

/// <summary>AUTH (RFC 4954 §4) on the submission ports, under TLS.</summary>
internal sealed record Auth(string Mechanism, string? InitialResponse) : SmtpCommand
{
    public static SmtpCommand Parse(ref SmtpParser parser)
    {
        var mechanism = parser.Word("AUTH and a SASL mechanism");
        var initial = parser.HasArgument ? parser.Word("a base64 response") : null;
        parser.End();
        return new Auth(mechanism, initial);
    }

    public override async ValueTask<SmtpReply?> ExecuteAsync(SmtpSession session, CancellationToken cancellationToken)
    {
        if (!session.Connection.IsSecure)
        {
            session.Services.Core.Authenticator.NoteWithoutTls(null, AccessProtocol.Submission, session.Connection.Remote.Address);
            return new SmtpReply(538, "5.7.11", "STARTTLS comes first: a password in clear text could be overheard");
        }

        if (session.SignedIn is not null)
            return new SmtpReply(503, "5.5.1", "Signed in already");
        if (SaslExchange.Begin(Mechanism, session.SaslPeer) is not { } exchange)
            return new SmtpReply(504, "5.5.4", "Unknown mechanism");
        try
        {
            return await ExchangeAsync(session, exchange, cancellationToken);
        }
        catch (SaslException malformed)
        {
            return new SmtpReply(501, "5.5.2", malformed.Message);
        }
        catch (SaslAuthorizationException)
        {
            throw new MailException(MailError.SignInFailed, "authorization identity differs");
        }
    }

    private async Task<SmtpReply> ExchangeAsync(SmtpSession session, SaslExchange exchange, CancellationToken cancellationToken)
    {
        var initial = InitialResponse is null ? default(ReadOnlyMemory<byte>?) : Encoding.ASCII.GetBytes(InitialResponse);
        var signedIn = await exchange.RunAsync(
            initial,
            challenge =>
            {
                session.Writer.Reply(new SmtpReply(334, null, challenge));
                return session.ReadLineAsync(cancellationToken);
            },
            cancellationToken);
        if (signedIn is null)
            return new SmtpReply(501, "5.7.0", "Cancelled");
        session.Enter(signedIn);
        return new SmtpReply(235, "2.7.0", "Signed in");
    }

    /// <summary>Never shows the response.</summary>
    public override string ToString() => $"AUTH {Mechanism}";
}
