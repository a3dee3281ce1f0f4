using Casella.Net.Sasl;
using Casella.Pop3.Session;
using Casella.Pop3.Syntax;

namespace Casella.Pop3.Commands;

/// <summary>CAPA (RFC 2449 §5): what this server can, in this state.</summary>
internal sealed record Capa : Pop3Command
{
    public static Pop3Command Parse(ref Pop3Parser parser)
    {
        parser.End();
        return new Capa();
    }

    public override ValueTask ExecuteAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        session.Writer.Ok(session.Words["Capabilities"]);
        foreach (var capability in Capabilities(session))
            session.Writer.Listing(capability);
        session.Writer.EndListing();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<string> Capabilities(Pop3Session session)
    {
        yield return "TOP";
        yield return "UIDL";
        yield return "RESP-CODES";
        yield return "AUTH-RESP-CODE";   // RFC 3206 §6
        yield return "PIPELINING";
        // RFC 2449 §6.7: whatever DELE does in this mailbox, nothing leaves INBOX by itself.
        yield return "EXPIRE NEVER";
        yield return "UTF8 USER";        // RFC 6856 §2
        yield return "LANG";             // RFC 6856 §3
        if (session.Connection.IsSecure)
        {
            yield return "USER";
            yield return "SASL " + string.Join(' ', SaslExchange.Mechanisms(session.SaslPeer));
        }
        else
        {
            yield return "STLS";         // RFC 2595 §4
        }

        yield return "IMPLEMENTATION Casella";
    }
}
