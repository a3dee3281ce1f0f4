using System.Text;
using Casella.Core;
using Casella.Core.Changes;
using Casella.Core.Messages;
using Casella.Formats.Urls;
using Casella.Imap.Commands.Appending;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// URLFETCH (RFC 4467, BASE.6.3.URLFETCH): reads what URLs name that somebody has authorized, with that person's access
/// and not with ours. What may not be read, and what is not there, is NIL, whatever the reason.
/// </summary>
internal sealed record UrlFetch(IReadOnlyList<string> Urls) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser)
    {
        var urls = new List<string>();
        do
        {
            parser.Space();
            urls.Add(parser.Astring("a URL"));
        }
        while (!parser.AtEnd);
        return new UrlFetch(urls);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        foreach (var url in Urls)
        {
            await using var named = await FindAsync(session, url, cancellationToken);
            session.Writer.Raw("* URLFETCH "u8).String(Encoding.UTF8.GetBytes(url)).Space();
            if (named is null)
            {
                session.Writer.Raw("NIL\r\n"u8);
                continue;
            }

            session.Writer.LiteralHeader(named.Count);
            await named.CopyToAsync(session.Writer.Output, cancellationToken);
            session.Writer.Crlf();
            await session.Writer.FlushIfLargeAsync(cancellationToken);
        }
        return ImapReply.Ok("URLFETCH completed");
    }

    private static async ValueTask<NamedOctets?> FindAsync(ImapSession session, string text, CancellationToken cancellationToken)
    {
        if (!ImapUrl.TryParse(text, out var url)
            || url is not { Server.User: { } owner, Mailbox: { } mailbox, Access: { Mechanism: GenUrlAuth.Internal, Token: { } hex } access }
            || UrlToken.Parse(hex) is not { } token)
            return null;
        var urls = session.Services.AuthorizedUrls;
        var isAdmitted = urls.Admits(access, session.Account.Address, isSubmission: false);
        if (await urls.OpenAsync(owner, token, AccessProtocol.Imap, cancellationToken) is not { } door)
            return null;
        var place = await FindAsync(session, door, mailbox, cancellationToken);
        // RFC 4467 §6: the rump as it was written.
        var rump = text[..^(hex.Length + access.Mechanism.Length + 2)];
        var isRight = await (place?.Account ?? door).AccessKeys.VerifyAsync(place?.Mailbox, rump, token, cancellationToken);
        return isRight && isAdmitted ? await NamedOctets.OpenAsync(place!.Value, url, cancellationToken) : null;
    }

    /// <summary>By the names of who has authorized the URL.</summary>
    private static async ValueTask<MailboxAt?> FindAsync(
        ImapSession session, MailAccount door, string mailbox, CancellationToken cancellationToken)
    {
        try
        {
            return (await MailboxLookup.FindSelectableAsync(session.Services.Shared, door, mailbox, cancellationToken)).At;
        }
        catch (MailException e) when (e.Error is MailError.NoSuchMailbox or MailError.MailboxNotSelectable or MailError.NoSuchAddress)
        {
            return null;
        }
    }
}
