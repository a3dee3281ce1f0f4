using Casella.Imap.Session;
using Casella.Imap.Syntax;
using Casella.Net.Sasl;

namespace Casella.Imap.Commands;

/// <summary>AUTHENTICATE (RFC 9051 §6.2.2) with an initial response (SASL-IR, RFC 4959).</summary>
internal sealed record Authenticate(string Mechanism, byte[]? InitialResponse) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var mechanism = parser.Atom("a SASL mechanism");
        return new Authenticate(mechanism, parser.TrySpace() ? parser.TakeRest().ToArray() : null);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (!session.Connection.IsSecure)
            return SignIn.PrivacyRequired;
        if (SaslExchange.Begin(Mechanism) is not { } exchange)
            return ImapReply.No("No such mechanism", "CANNOT");
        try
        {
            return await ExchangeAsync(session, exchange, cancellationToken);
        }
        catch (SaslException)
        {
            return ImapReply.Bad("Expected a response of that mechanism in base64");
        }
    }

    private async ValueTask<ImapReply> ExchangeAsync(
        ImapSession session, SaslExchange exchange, CancellationToken cancellationToken)
    {
        // RFC 4959 §3: "=" is an initial response of no octets.
        ReadOnlyMemory<byte>? response = InitialResponse is { } initial ? SaslExchange.DecodeBase64(initial) : null;
        while (true)
        {
            var step = exchange.Next(response);
            if (step.Credentials is { } credentials)
                return await SignInAsync(session, credentials, cancellationToken);
            session.Writer.Raw("+ "u8).Text(Convert.ToBase64String((step.Challenge ?? default).Span)).Crlf();
            await session.Writer.FlushAsync(cancellationToken);
            if (await session.Framer.ReadLineAsync(session.Reading) is not { } line)
                throw new EndOfStreamException("The connection ended within AUTHENTICATE.");
            if (line.Span.SequenceEqual("*"u8))
                return ImapReply.Bad("Cancelled");
            response = SaslExchange.DecodeBase64(line.Span);
        }
    }

    private static ValueTask<ImapReply> SignInAsync(
        ImapSession session, SaslCredentials credentials, CancellationToken cancellationToken)
    {
        // RFC 4616 §2: nobody may act as somebody else.
        if (credentials.AsksForAnother)
            return new(ImapReply.No("You cannot act as another user", "AUTHORIZATIONFAILED"));
        return SignIn.RunAsync(session, credentials.AuthenticationId, credentials.Password, cancellationToken);
    }

    /// <summary>Never shows the response: it has the password in it.</summary>
    public override string ToString() => $"AUTHENTICATE {Mechanism}";
}
