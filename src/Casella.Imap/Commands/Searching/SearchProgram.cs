using Casella.Core.Messages;
using Casella.Formats.Mime;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Searching;

/// <summary>
/// The search keys of SEARCH, SORT and THREAD on their way to the core: what only a session knows (message numbers,
/// "$", RECENT, the present moment) becomes UIDs and dates.
/// </summary>
/// <param name="Criterion">Null when the charset is not one we read.</param>
internal sealed record SearchProgram(SearchCriterion? Criterion)
{
    /// <summary>CHARSET was given.</summary>
    public bool NamesCharset { get; private init; }

    /// <summary>["CHARSET" SP charset SP] search-key *(SP search-key).</summary>
    public static SearchProgram ParseWithCharset(ref ImapParser parser) =>
        parser.TryWord("CHARSET"u8)
            ? ParseAfterCharset(ref parser, precededBySpace: true)
            : new SearchProgram(SearchParser.Keys(ref parser));

    /// <summary>charset SP search-key *(SP search-key), as SORT and THREAD have it (RFC 5256 §5).</summary>
    public static SearchProgram ParseAfterCharset(ref ImapParser parser, bool precededBySpace = false)
    {
        if (precededBySpace)
            parser.Space();
        var charset = parser.Astring("a charset");
        if (DecodedText.StrictCharset(charset) is not { } encoding)
        {
            parser.TakeRest();
            return new SearchProgram(Criterion: null) { NamesCharset = true };
        }

        parser.Charset = encoding;
        parser.Space();
        return new SearchProgram(SearchParser.Keys(ref parser)) { NamesCharset = true };
    }

    public static ImapReply BadCharset { get; } = ImapReply.No(
        "That charset is not read; these are, and more",
        "BADCHARSET (UTF-8 US-ASCII ISO-8859-1 ISO-8859-15 WINDOWS-1252)");

    /// <summary>RFC 7162 §3.1.5: asking for a mod-sequence switches CONDSTORE on and MODSEQ into the answer.</summary>
    public bool UsesModSeq => Criterion is not null && Uses(Criterion);

    /// <summary>What the keys find, in the mailbox's order; null for a charset that is not read.</summary>
    /// <param name="asked">With SAVE in it, nothing is saved when this does not end well (RFC 5182 §2.1).</param>
    public async ValueTask<SearchResult?> RunAsync(
        ImapSession session, SearchReturn? asked, CancellationToken cancellationToken)
    {
        if (UsesModSeq)
            session.EnableCondstore();
        await session.AnnounceAsync(Expunges.HeldBack, cancellationToken);
        var view = session.View;
        // A number that is not there makes the command BAD, which leaves "$" as it was; NO empties it.
        var criterion = Criterion is null ? null : Resolve(session);
        if (asked?.Has(ReturnOptions.Save) == true)
            view.SavedResult = [];
        if (criterion is null)
            return null;
        var search = view.Account.SearchAsync(view.Latest, criterion, cancellationToken);
        return SearchResult.Of(view, await session.TellingAsync(search, cancellationToken));
    }

    /// <summary>What the core is asked. No deeper than the parser lets a search be.</summary>
    private SearchCriterion Resolve(ImapSession session) =>
        new Resolution(session.View, session.Services.Time.GetUtcNow()).Of(Criterion!);

    private static bool Uses(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.ModifiedSince => true,
        SearchCriterion.And and => and.Terms.Any(Uses),
        SearchCriterion.Or or => Uses(or.Left) || Uses(or.Right),
        SearchCriterion.Not not => Uses(not.Term),
        _ => false,
    };

    private readonly record struct Resolution(MailboxView View, DateTimeOffset Now)
    {
        public SearchCriterion Of(SearchCriterion criterion)
        {
            switch (criterion)
            {
                case SequenceCriterion { ByUid: true } uids:
                    return new SearchCriterion.Uids(View.UidRanges(uids.Set, View.LargestUid));
                case SequenceCriterion numbers:
                    return new SearchCriterion.Uids(UidRange.Of(View.Uids(numbers.Set, byUid: false)));
                case RecentCriterion:
                    return new SearchCriterion.Uids(View.RecentRanges);
                case AgeCriterion age:
                    var moment = Now.AddSeconds(-(double)age.Seconds);
                    return age.IsOlder
                        ? new SearchCriterion.ReceivedUntil(moment)
                        : new SearchCriterion.ReceivedSince(moment);
                case ThreadCriterion thread:
                    return ObjectIds.FindThread(View.Account.Id, thread.ObjectId) is { } id
                        ? new SearchCriterion.InThread(id)
                        : new SearchCriterion.Uids([]);
                case SearchCriterion.And and:
                    return new SearchCriterion.And([.. and.Terms.Select(Of)]);
                case SearchCriterion.Or or:
                    return new SearchCriterion.Or(Of(or.Left), Of(or.Right));
                case SearchCriterion.Not not:
                    return new SearchCriterion.Not(Of(not.Term));
                default:
                    return criterion;
            }
        }
    }
}
