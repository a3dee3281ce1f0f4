using Casella.Core;
using Casella.Core.Directory;
using Casella.Imap.Commands.Access;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// SETACL and DELETEACL (RFC 4314 §3.1, §3.2) on INBOX, which stands for its account: rights here are of a person in a
/// whole account, and whoever shares one folder must not find that he has shared all of them.
/// </summary>
/// <param name="Identifier">A person's login.</param>
/// <param name="Modification">Null for DELETEACL.</param>
internal sealed record SetAcl(string Mailbox, string Identifier, string? Modification) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        var (mailbox, identifier) = Arguments(ref parser);
        parser.Space();
        return new SetAcl(mailbox, identifier, parser.Astring("rights"));
    }

    public static ImapCommand ParseDelete(ref ImapParser parser)
    {
        var (mailbox, identifier) = Arguments(ref parser);
        return new SetAcl(mailbox, identifier, Modification: null);
    }

    private static (string Mailbox, string Identifier) Arguments(ref ImapParser parser)
    {
        parser.Space();
        var mailbox = parser.Mailbox();
        parser.Space();
        return (mailbox, parser.Astring("an identifier"));
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var change = Modification is null ? static _ => MemberRights.None : AclRights.Modification(Modification);
        var place = await session.FindAsync(Mailbox, cancellationToken);
        if (!place.Account.Rights.HasFlag(MemberRights.Manage))
            throw new MailException(MailError.NoPermission);
        if (!place.Mailbox.Name.IsInbox)
            return ImapReply.No("Rights are of a person in the whole account; set them on its INBOX", "CANNOT");
        // RFC 4314 §2: "anyone", and "-" before a name for what it may never do.
        if (Identifier is "anyone" or ['-', ..] || Identifier.Contains('@', StringComparison.Ordinal))
            return ImapReply.No("Rights can be given to persons only, by their login", "CANNOT");
        await session.Services.Shared.SetMemberAsync(place.Account, Identifier, change, cancellationToken);
        return ImapReply.Ok(Modification is null ? "DELETEACL completed" : "SETACL completed");
    }
}
