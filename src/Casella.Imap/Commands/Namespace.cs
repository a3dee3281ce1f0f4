using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// NAMESPACE (RFC 2342 §5): the personal namespace without a prefix, and for a person the one of other mailbox accounts,
/// whether there are any at the moment or not: clients ask once and keep the answer.
/// </summary>
internal sealed record Namespace : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => new Namespace();

    public override ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        session.Writer.Raw("* NAMESPACE ((\"\" \"/\")) "u8);
        if (session.Account.Actor.Person is null)
            session.Writer.Raw("NIL"u8);
        else
            session.Writer.Raw("((\""u8).Text(SharedNames.Prefix).Raw("\" \"/\"))"u8);
        session.Writer.Raw(" NIL\r\n"u8);
        return new(ImapReply.Ok("NAMESPACE completed"));
    }
}
