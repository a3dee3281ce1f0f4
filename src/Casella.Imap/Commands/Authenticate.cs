using Casella.Core.Changes;
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
        {
            session.Services.Authenticator.NoteWithoutTls(null, AccessProtocol.Imap, session.Connection.Remote.Address);
            return SignIn.PrivacyRequired;
        }

        if (SaslExchange.Begin(Mechanism, session.SaslPeer) is not { } exchange)
            return ImapReply.No("No such mechanism", "CANNOT");
        // Without one, not with an empty one: an array that is null would become that.
        var initial = InitialResponse is null ? default(ReadOnlyMemory<byte>?) : InitialResponse;
        try
        {
            return await SignIn.RunAsync(
                session, () => exchange.RunAsync(initial, challenge => AskAsync(session, challenge, cancellationToken), cancellationToken),
                cancellationToken);
        }
        catch (SaslException)
        {
            return ImapReply.Bad("Expected a response of that mechanism in base64");
        }
        catch (SaslAuthorizationException)
        {
            return ImapReply.No("You cannot act as another user", "AUTHORIZATIONFAILED");
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> AskAsync(ImapSession session, string challenge, CancellationToken cancellationToken)
    {
        session.Writer.Raw("+ "u8).Text(challenge).Crlf();
        await session.Writer.FlushAsync(cancellationToken);
        return await session.Framer.ReadLineAsync(session.Reading);
    }

    /// <summary>Never shows the response: it has the password in it.</summary>
    public override string ToString() => $"AUTHENTICATE {Mechanism}";
}
