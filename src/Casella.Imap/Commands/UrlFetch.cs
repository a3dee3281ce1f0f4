using System.Text;
using Casella.Core.Changes;
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
        var services = new UrlServices(session.Services.AuthorizedUrls, session.Services.Shared);
        var reader = (session.Account.Address, AccessProtocol.Imap);
        foreach (var url in Urls)
        {
            await using var named = await AuthorizedOctets.FindAsync(services, url, reader, cancellationToken);
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
}
