using Casella.Imap.Commands.Appending;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// RESETKEY (RFC 4467, BASE.6.3.RESETKEY): what this person has authorized for a mailbox, or for all, is worth nothing
/// from now on.
/// </summary>
/// <param name="Mailbox">Null for all.</param>
internal sealed record ResetKey(string? Mailbox, bool IsInternal) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        if (parser.AtEnd)
            return new ResetKey(null, IsInternal: true);
        parser.Space();
        var mailbox = parser.Mailbox();
        var isInternal = true;
        while (parser.TrySpace())
            isInternal &= string.Equals(parser.Atom("a mechanism"), AuthorizedOctets.Internal, StringComparison.OrdinalIgnoreCase);
        return new ResetKey(mailbox, isInternal);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (!IsInternal)
            return ImapReply.No("The only mechanism is INTERNAL", "CANNOT");
        if (Mailbox is { } name)
        {
            var place = await session.FindSelectableAsync(name, cancellationToken);
            await place.Account.AccessKeys.ResetAsync(place.Id, cancellationToken);
            return ImapReply.Ok("RESETKEY completed", "URLMECH INTERNAL");
        }

        await session.Account.AccessKeys.RemoveAllAsync(cancellationToken);
        foreach (var account in await session.Services.Shared.OpenAllAsync(session.Account, cancellationToken))
            await account.AccessKeys.RemoveAllAsync(cancellationToken);
        return ImapReply.Ok("RESETKEY completed");
    }
}
