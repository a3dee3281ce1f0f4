using System.Text;
using Casella.Core;
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
            return new SmtpReply(538, "5.7.11", "STARTTLS comes first: a password in clear text could be overheard");
        if (session.SignedIn is not null)
            return new SmtpReply(503, "5.5.1", "Signed in already");
        if (SaslExchange.Begin(Mechanism) is not { } exchange)
            return new SmtpReply(504, "5.5.4", "Unknown mechanism");
        try
        {
            return await ExchangeAsync(session, exchange, cancellationToken);
        }
        catch (SaslException malformed)
        {
            return new SmtpReply(501, "5.5.2", malformed.Message);
        }
    }

    private async Task<SmtpReply> ExchangeAsync(SmtpSession session, SaslExchange exchange, CancellationToken cancellationToken)
    {
        var response = InitialResponse is null
            ? default(ReadOnlyMemory<byte>?)
            : SaslExchange.DecodeBase64(Encoding.ASCII.GetBytes(InitialResponse));
        var step = exchange.Next(response);
        while (step.Credentials is null)
        {
            session.Writer.Reply(new SmtpReply(334, null, Convert.ToBase64String(step.Challenge.GetValueOrDefault().Span)));
            if (await session.ReadLineAsync(cancellationToken) is not { } line || line.Span.SequenceEqual("*"u8))
                return new SmtpReply(501, "5.7.0", "Cancelled");
            step = exchange.Next(SaslExchange.DecodeBase64(line.Span));
        }

        // RFC 4616 §2: acting for somebody else than the one who signs in is not offered.
        if (step.Credentials.AsksForAnother)
            throw new MailException(MailError.SignInFailed, "authorization identity differs");
        await session.SignInAsync(step.Credentials.AuthenticationId, step.Credentials.Password, cancellationToken);
        return new SmtpReply(235, "2.7.0", "Signed in");
    }

    /// <summary>Never shows the response.</summary>
    public override string ToString() => $"AUTH {Mechanism}";
}
