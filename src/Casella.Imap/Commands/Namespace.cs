using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// NAMESPACE (RFC 2342 §5): one personal namespace without a prefix. Shared mailboxes are accounts of their own, not
/// names in this one.
/// </summary>
internal sealed record Namespace : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Namespace();

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        session.Writer.Raw("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"u8);
        return new(ImapReply.Ok("NAMESPACE completed"));
    }
}
