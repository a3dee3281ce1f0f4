using Casella.Core;
using Casella.Core.Directory;
using Casella.Formats.Urls;
using Casella.Imap.Commands.Appending;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// GENURLAUTH (RFC 4467, BASE.6.3.GENURLAUTH): makes URLs by which others may read a message of ours, or one part of
/// it.
/// </summary>
/// <param name="Rumps">As the client wrote them: a token is made of that, not of what it means.</param>
internal sealed record GenUrlAuth(IReadOnlyList<string> Rumps) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        var rumps = new List<string>();
        do
        {
            parser.Space();
            rumps.Add(parser.Astring("a URL"));
            parser.Space();
            if (!string.Equals(parser.Atom("a mechanism"), AuthorizedOctets.Internal, StringComparison.OrdinalIgnoreCase))
                throw new ImapSyntaxException("The only mechanism is INTERNAL");
        }
        while (!parser.AtEnd);
        return new GenUrlAuth(rumps);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var places = new List<MailboxPlace>(Rumps.Count);
        foreach (var rump in Rumps)
        {
            if (await FindAsync(session, rump, cancellationToken) is not { } place)
                return ImapReply.Bad("Expected a URL of a message here, with its owner and an access identifier");
            places.Add(place);
        }

        var urls = new List<string>(Rumps.Count);
        foreach (var (rump, place) in Rumps.Zip(places))
        {
            var token = await place.Account.AccessKeys.SignAsync(place.Id, rump, cancellationToken);
            urls.Add($"{rump}:internal:{token}");
        }

        session.Writer.Raw("* GENURLAUTH"u8);
        foreach (var url in urls)
            session.Writer.Space().String(System.Text.Encoding.ASCII.GetBytes(url));
        session.Writer.Crlf();
        Log.UrlsAuthorized(session.Services.Logger, session.Account.Address.ToString(), session.Account.Actor.Name, urls.Count);
        return ImapReply.Ok("GENURLAUTH completed");
    }

    /// <summary>What the server must find right in a URL; null when it does not.</summary>
    private static async ValueTask<MailboxPlace?> FindAsync(ImapSession session, string rump, CancellationToken cancellationToken)
    {
        if (!ImapUrl.TryParse(rump, out var url)
            || url is not { Server.User: { } owner, Mailbox: { } mailbox, Uid: not null, Access: { Mechanism: null } }
            || !AuthorizedUrls.IsSame(owner, session.Account.Address))
            return null;
        try
        {
            var place = await session.FindSelectableAsync(mailbox, cancellationToken);
            return url.UidValidity is null || url.UidValidity == place.Mailbox.UidValidity ? place : null;
        }
        catch (MailException e) when (e.Error is MailError.NoSuchMailbox or MailError.MailboxNotSelectable or MailError.NoSuchAddress)
        {
            return null;
        }
    }
}
