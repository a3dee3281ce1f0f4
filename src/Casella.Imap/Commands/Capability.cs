using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>CAPABILITY (RFC 9051 §6.1.1).</summary>
internal sealed record Capability : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Capability();

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        session.Writer.Raw("* "u8).Text(session.Capabilities).Crlf();
        return new(ImapReply.Ok("CAPABILITY completed"));
    }
}
