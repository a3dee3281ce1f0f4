using Casella.Imap.Commands.Searching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>
/// SEARCH and UID SEARCH (RFC 3501 §6.4.4) with MODSEQ (RFC 7162 §3.1.5), RETURN (RFC 4731, RFC 9394) and "$"
/// (RFC 5182).
/// </summary>
/// <param name="Return">Null for the plain SEARCH response.</param>
internal sealed record Search(SearchReturn? Return, SearchProgram Program, bool ByUid) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Search Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var asked = SearchReturn.TryParse(ref parser);
        if (asked is not null)
            parser.Space();
        return new Search(asked, SearchProgram.ParseWithCharset(ref parser), byUid);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        // RFC 6855 §3: the charset is UTF-8 already.
        if (session.Enabled.Utf8Accept && Program.NamesCharset)
            return ImapReply.Bad("No CHARSET beside UTF8=ACCEPT");
        // RFC 9051 §6.4.4: IMAP4rev2 knows ESEARCH only, with ALL if nothing else is asked.
        var asked = Return ?? (session.Enabled.Imap4Rev2 ? SearchReturn.All : null);
        if (Program.RelevancyRefusal(asked?.Has(ReturnOptions.Relevancy) == true) is { } refusal)
            return refusal;
        if (asked?.Has(ReturnOptions.Update) == true && SearchContexts.HasTag(session))
            return SearchContexts.TagReuse;
        if (await Program.RunAsync(session, asked, asked?.NewestAtMost ?? int.MaxValue, cancellationToken) is not { } found)
            return SearchProgram.BadCharset;
        var shape = new SearchShape(ByUid, Program.UsesModSeq);
        if (asked is null)
        {
            await found.WritePlainAsync(session, "SEARCH", shape, cancellationToken);
        }
        else
        {
            found.Save(asked);
            found.WriteExtended(session, asked, shape);
            if (asked.Has(ReturnOptions.Update))
                SearchContexts.Begin(session, new ContextRequest(session.Tag, Program.Pinned(session), [], ByUid, asked.UpdateItems), found.Uids);
        }
        return session.Limited(ImapReply.Ok("SEARCH completed"), found.Lowest);
    }
}
