using System.Text;
using Casella.Core.Directory;
using Casella.Imap.Commands.Access;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// GETACL (RFC 4314 §3.3): the members of the account by login, and under its own address whoever knows the common
/// password.
/// </summary>
internal sealed record GetAcl(string Mailbox) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        return new GetAcl(parser.Mailbox());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var place = await session.FindAsync(Mailbox, cancellationToken);
        var shared = session.Services.Shared;
        var members = await shared.MembersAsync(place.Account, cancellationToken);
        var writer = session.Writer.Raw("* ACL "u8).Mailbox(place.Name);
        if (await shared.HasCommonPasswordAsync(place.Account, cancellationToken))
            Write(writer, place.Account.Address.ToString(), MemberRights.All);
        foreach (var member in members)
            Write(writer, member.Login, member.Rights);
        writer.Crlf();
        return ImapReply.Ok("GETACL completed");
    }

    private static void Write(ImapWriter writer, string identifier, MemberRights rights) =>
        writer.Space().Astring(Encoding.UTF8.GetBytes(identifier)).Space().Text(AclRights.Format(rights));
}
