using Casella.Core.Messages;
using Casella.Imap.Commands.Access;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>MYRIGHTS (RFC 4314 §3.5).</summary>
internal sealed record MyRights(string Mailbox) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        parser.Space();
        return new MyRights(parser.Mailbox());
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        Write(session.Writer, await session.FindAsync(Mailbox, cancellationToken));
        return ImapReply.Ok("MYRIGHTS completed");
    }

    /// <summary>The MYRIGHTS response (RFC 4314 §3.8), also that of LIST with MYRIGHTS (RFC 8440 §3).</summary>
    public static void Write(ImapWriter writer, MailboxPlace place) =>
        writer.Raw("* MYRIGHTS "u8).Mailbox(place.Name).Space().Text(Mine(place.Account)).Crlf();

    /// <summary>One's own \Seen is one's own also where others may not work.</summary>
    private static string Mine(MailAccount account) =>
        AclRights.Format(account.Rights) is var rights && account.MayMarkSeen && !rights.Contains('s', StringComparison.Ordinal)
            ? rights + "s"
            : rights;
}
