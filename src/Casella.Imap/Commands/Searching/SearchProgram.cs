using Casella.Core;
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
    public bool UsesModSeq => Criterion is not null && Uses<SearchCriterion.ModifiedSince>(Criterion);

    /// <summary>RFC 6203 §4: only then there is a relevancy.</summary>
    public bool IsFuzzy => Criterion is not null && Uses<SearchCriterion.Fuzzy>(Criterion);

    /// <summary>RELEVANCY is asked of a search that is not fuzzy.</summary>
    public ImapReply? RelevancyRefusal(bool isAsked) =>
        isAsked && Criterion is not null && !IsFuzzy ? ImapReply.Bad("RELEVANCY needs FUZZY") : null;

    /// <summary>What the keys find, in the mailbox's order; null for a charset that is not read.</summary>
    /// <param name="asked">With SAVE in it, nothing is saved when this does not end well (RFC 5182 §2.1).</param>
    /// <param name="atMost">So many of the newest will do.</param>
    public async ValueTask<SearchResult?> RunAsync(
        ImapSession session, SearchReturn? asked, int atMost, CancellationToken cancellationToken)
    {
        if (UsesModSeq)
            session.EnableCondstore();
        await session.AnnounceAsync(Expunges.HeldBack, cancellationToken);
        var view = session.View;
        // A number that is not there makes the command BAD, which leaves "$" as it was; NO empties it.
        var criterion = Criterion is null ? null : Resolve(session, view, Beyond.Refused);
        if (asked?.Has(ReturnOptions.Save) == true)
            view.SavedResult = [];
        if (criterion is null)
            return null;
        var (narrowed, lowest) = session.Narrowed(view, criterion);
        var found = await FindAsync(session, view, narrowed, atMost, cancellationToken);
        found.Lowest = lowest;
        return found;
    }

    /// <summary>
    /// The same in any mailbox, as ESEARCH does: message numbers may go beyond its end (RFC 7377 §2).
    /// </summary>
    public ValueTask<SearchResult> FindAsync(ImapSession session, MailboxView view, CancellationToken cancellationToken) =>
        FindAsync(session, view, Resolve(session, view, Beyond.Ignored), int.MaxValue, cancellationToken);

    private static async ValueTask<SearchResult> FindAsync(
        ImapSession session, MailboxView view, SearchCriterion criterion, int atMost, CancellationToken cancellationToken)
    {
        var search = view.Account.SearchNewestAsync(view.Latest, criterion, atMost, cancellationToken);
        var findings = await session.TellingAsync(search, cancellationToken);
        return SearchResult.Of(view, findings.Uids, findings);
    }

    /// <summary>What the core is asked. No deeper than the parser lets a search be.</summary>
    public SearchCriterion Resolve(ImapSession session, MailboxView view, Beyond beyond) =>
        new Resolution(view, session.Services.Time.GetUtcNow(), beyond).Of(Criterion!);

    /// <summary>
    /// The same search for later: message numbers mean for ever what they mean now (RFC 5267 §4.3), while ages and
    /// \Recent are looked at anew.
    /// </summary>
    public SearchProgram Pinned(ImapSession session) =>
        this with { Criterion = new Resolution(session.View, Now: null, Beyond.Ignored).Of(Criterion!) };

    private static bool Uses<T>(SearchCriterion criterion)
        where T : SearchCriterion => criterion switch
        {
            T => true,
            SearchCriterion.And and => and.Terms.Any(Uses<T>),
            SearchCriterion.Or or => Uses<T>(or.Left) || Uses<T>(or.Right),
            SearchCriterion.Not not => Uses<T>(not.Term),
            SearchCriterion.Fuzzy fuzzy => Uses<T>(fuzzy.Term),
            _ => false,
        };

    /// <param name="Now">Null to leave alone what changes with time.</param>
    private readonly record struct Resolution(MailboxView View, DateTimeOffset? Now, Beyond Beyond)
    {
        public SearchCriterion Of(SearchCriterion criterion)
        {
            switch (criterion)
            {
                case SequenceCriterion { ByUid: true } uids:
                    return new SearchCriterion.Uids(View.UidRanges(uids.Set, View.LargestUid));
                case SequenceCriterion numbers:
                    return new SearchCriterion.Uids(UidRange.Of(View.Uids(numbers.Set, byUid: false, Beyond)));
                case RecentCriterion when Now is not null:
                    return new SearchCriterion.Uids(View.RecentRanges);
                case AgeCriterion age when Now is { } now:
                    var moment = now.AddSeconds(-(double)age.Seconds);
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
                case SearchCriterion.Fuzzy fuzzy:
                    return new SearchCriterion.Fuzzy(Of(fuzzy.Term));
                case SearchCriterion.Not not:
                    return new SearchCriterion.Not(Of(not.Term));
                default:
                    return criterion;
            }
        }
    }
}
