using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>SEARCH and UID SEARCH (RFC 3501 §6.4.4) with MODSEQ (RFC 7162 §3.1.5).</summary>
/// <param name="Criterion">Null when the charset is not one we read.</param>
internal sealed record Search(SearchCriterion? Criterion, bool ByUid) : ImapCommand
{
    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Search Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        if (parser.TryWord("CHARSET"u8))
        {
            parser.Space();
            var charset = parser.Astring("a charset");
            if (charset.ToUpperInvariant() is not ("UTF-8" or "US-ASCII"))
            {
                parser.TakeRest();
                return new Search(Criterion: null, byUid);
            }

            parser.Space();
        }

        return new Search(SearchParser.Keys(ref parser), byUid);
    }

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        if (Criterion is null)
            return ImapReply.No("Only these charsets are read", "BADCHARSET (UTF-8 US-ASCII)");
        var withModSeq = Uses<SearchCriterion.ModifiedSince>(Criterion);
        if (withModSeq)
            session.EnableCondstore();
        await session.AnnounceAsync(Expunges.HeldBack, cancellationToken);
        var view = session.View;
        var found = await session.Account.SearchAsync(view.Latest, Resolve(Criterion, view), cancellationToken);
        await WriteAsync(session, found, withModSeq, cancellationToken);
        return ImapReply.Ok("SEARCH completed");
    }

    private async ValueTask WriteAsync(ImapSession session, IReadOnlyList<Uid> found, bool withModSeq, CancellationToken cancellationToken)
    {
        var (writer, view) = (session.Writer, session.View);
        var highest = 0L;
        writer.Raw("* SEARCH"u8);
        foreach (var uid in found)
        {
            // Messages the client has not been told about are not there for it.
            if (view.NumberOf(uid) is var number && number == 0)
                continue;
            writer.Space().Number(ByUid ? uid.Value : number);
            highest = Math.Max(highest, withModSeq ? view[number - 1].ModSeq.Value : 0);
            await writer.FlushIfLargeAsync(cancellationToken);
        }

        if (highest > 0)
            writer.Raw(" (MODSEQ "u8).Number(highest).Byte((byte)')');
        writer.Crlf();
    }

    /// <summary>Message numbers and RECENT become UIDs. No deeper than the parser lets a search be.</summary>
    private static SearchCriterion Resolve(SearchCriterion criterion, MailboxView view) => criterion switch
    {
        SequenceCriterion { ByUid: true } uids => new SearchCriterion.Uids(uids.Set.NormalizeUids(view.LargestUid)),
        SequenceCriterion numbers => new SearchCriterion.Uids(UidRange.Of(view.Uids(numbers.Set, byUid: false))),
        RecentCriterion => new SearchCriterion.Uids(view.RecentRanges),
        SearchCriterion.And and => new SearchCriterion.And([.. and.Terms.Select(term => Resolve(term, view))]),
        SearchCriterion.Or or => new SearchCriterion.Or(Resolve(or.Left, view), Resolve(or.Right, view)),
        SearchCriterion.Not not => new SearchCriterion.Not(Resolve(not.Term, view)),
        _ => criterion,
    };

    private static bool Uses<T>(SearchCriterion criterion) => criterion switch
    {
        T => true,
        SearchCriterion.And and => and.Terms.Any(Uses<T>),
        SearchCriterion.Or or => Uses<T>(or.Left) || Uses<T>(or.Right),
        SearchCriterion.Not not => Uses<T>(not.Term),
        _ => false,
    };
}
