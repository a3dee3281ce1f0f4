using System.Text;
using Casella.Core;
using Casella.Core.Directory;
using Casella.Imap.Commands.Access;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>LISTRIGHTS (RFC 4314 §3.4): nothing is always granted, and four groups can be.</summary>
internal sealed record ListRights(string Mailbox, string Identifier) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        var mailbox = parser.Mailbox();
        parser.Space();
        return new ListRights(mailbox, parser.Astring("an identifier"));
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var place = await session.FindAsync(Mailbox, cancellationToken);
        if (!place.Account.Rights.HasFlag(MemberRights.Manage))
            throw new MailException(MailError.NoPermission);
        session.Writer.Raw("* LISTRIGHTS "u8).Mailbox(place.Name).Space().Astring(Encoding.UTF8.GetBytes(Identifier)).Raw(" \"\""u8);
        foreach (var rights in AclRights.Tied)
            session.Writer.Space().Text(rights);
        session.Writer.Crlf();
        return ImapReply.Ok("LISTRIGHTS completed");
    }
}
