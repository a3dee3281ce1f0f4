using System.Text;
using Casella.Core;
using Casella.Core.Messages;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands.Searching;

/// <summary>A set of message numbers or UIDs in a search; only the session's view knows which UIDs it means.</summary>
internal sealed record SequenceCriterion(SequenceSet Set, bool ByUid) : SearchCriterion;

/// <summary>RECENT: a session's own notion (RFC 3501 §2.3.2).</summary>
internal sealed record RecentCriterion : SearchCriterion;

/// <summary>OLDER and YOUNGER (RFC 5032 §2): seconds before the moment of the search.</summary>
internal sealed record AgeCriterion(uint Seconds, bool IsOlder) : SearchCriterion;

/// <summary>THREADID (RFC 8474 §6), as the client knows it.</summary>
internal sealed record ThreadCriterion(string ObjectId) : SearchCriterion;

/// <summary>
/// Reads search-key (RFC 9051 §9, RFC 3501 §6.4.4, RFC 7162 §3.1.5, RFC 5032, RFC 8474, RFC 8514) into the core's
/// criteria.
/// </summary>
internal static class SearchParser
{
    /// <summary>NOT and OR inside each other; parentheses have the parser's own limit.</summary>
    private const int MaxDepth = 100;

    /// <summary>Keys of one search; each costs a look at each message.</summary>
    private const int MaxKeys = 1_000;

    /// <summary>search-key *(SP search-key): all of them must be true.</summary>
    public static SearchCriterion Keys(ref ImapParser parser, int depth = 0)
    {
        var terms = new List<SearchCriterion>();
        do
            terms.Add(terms.Count < MaxKeys ? Key(ref parser, depth) : throw new ImapSyntaxException("Too many search keys"));
        while (parser.TrySpace());
        return terms is [var only] ? only : new SearchCriterion.And(terms);
    }

    private static SearchCriterion Key(ref ImapParser parser, int depth)
    {
        if (depth >= MaxDepth)
            throw new ImapSyntaxException("Too many search keys inside each other");
        if (parser.Next == (byte)'(')
        {
            parser.OpenList();
            var inner = Keys(ref parser, depth + 1);
            parser.CloseList();
            return inner;
        }

        if (parser.Next is >= (byte)'0' and <= (byte)'9' or (byte)'*' or (byte)'$')
            return new SequenceCriterion(parser.SequenceSet(), ByUid: false);
        var name = parser.Atom("a search key").ToUpperInvariant();
        return Simple(name) ?? (TakesArgument(name) ? WithArgument(ref parser, name, depth) : throw new ImapSyntaxException("Expected a search key"));
    }

    /// <summary>The keys without an argument; null for others.</summary>
    private static SearchCriterion? Simple(string name) => name switch
    {
        "ALL" => new SearchCriterion.All(),
        // RFC 8514 §4.3: every mailbox here knows when its messages came into it.
        "SAVEDATESUPPORTED" => new SearchCriterion.All(),
        "ANSWERED" => Has(MessageFlags.Answered),
        "DELETED" => Has(MessageFlags.Deleted),
        "DRAFT" => Has(MessageFlags.Draft),
        "FLAGGED" => Has(MessageFlags.Flagged),
        "SEEN" => Has(MessageFlags.Seen),
        "UNANSWERED" => Not(Has(MessageFlags.Answered)),
        "UNDELETED" => Not(Has(MessageFlags.Deleted)),
        "UNDRAFT" => Not(Has(MessageFlags.Draft)),
        "UNFLAGGED" => Not(Has(MessageFlags.Flagged)),
        "UNSEEN" => Not(Has(MessageFlags.Seen)),
        "RECENT" => new RecentCriterion(),
        "OLD" => Not(new RecentCriterion()),
        "NEW" => new SearchCriterion.And([new RecentCriterion(), Not(Has(MessageFlags.Seen))]),
        _ => null,
    };

    private static bool TakesArgument(string name) => name is "NOT" or "OR" or "UID" or "UIDAFTER" or "UIDBEFORE" or "KEYWORD" or "UNKEYWORD" or "LARGER" or "SMALLER" or "MODSEQ" or "FUZZY"
        or "BEFORE" or "ON" or "SINCE" or "SENTBEFORE" or "SENTON" or "SENTSINCE"
        or "SAVEDBEFORE" or "SAVEDON" or "SAVEDSINCE" or "OLDER" or "YOUNGER" or "EMAILID" or "THREADID"
        or "BODY" or "TEXT" or "FROM" or "TO" or "CC" or "BCC" or "SUBJECT" or "HEADER";

    private static SearchCriterion WithArgument(ref ImapParser parser, string name, int depth)
    {
        parser.Space();
        switch (name)
        {
            case "NOT":
                return Not(Key(ref parser, depth + 1));
            case "OR":
                var left = Key(ref parser, depth + 1);
                parser.Space();
                return new SearchCriterion.Or(left, Key(ref parser, depth + 1));
            case "FUZZY":
                return Fuzzy(Key(ref parser, depth + 1));
            case "UID":
                return new SequenceCriterion(parser.SequenceSet(), ByUid: true);
            case "UIDAFTER" or "UIDBEFORE":
                return Beside(parser.NzNumber("a UID"), isAfter: name is "UIDAFTER");
            case "KEYWORD":
                return new SearchCriterion.HasKeyword(parser.Keyword());
            case "UNKEYWORD":
                return Not(new SearchCriterion.HasKeyword(parser.Keyword()));
            case "LARGER":
                return new SearchCriterion.Larger(parser.Number64());
            case "SMALLER":
                return new SearchCriterion.Smaller(parser.Number64());
            case "MODSEQ":
                return ModSeq(ref parser);
            case "BEFORE" or "ON" or "SINCE":
                return new SearchCriterion.Received(Comparison(name), parser.Date());
            case "SENTBEFORE" or "SENTON" or "SENTSINCE":
                return new SearchCriterion.Sent(Comparison(name[4..]), parser.Date());
            case "SAVEDBEFORE" or "SAVEDON" or "SAVEDSINCE":
                return new SearchCriterion.Saved(Comparison(name[5..]), parser.Date());
            case "EMAILID":
                return new SearchCriterion.Email(parser.Atom("an object id"));
            case "THREADID":
                return new ThreadCriterion(parser.Atom("an object id"));
            case "OLDER" or "YOUNGER":
                return new AgeCriterion(parser.NzNumber("a number of seconds"), IsOlder: name is "OLDER");
            default:
                return Text(ref parser, name);
        }
    }

    /// <summary>UIDs above or below one (RFC 9738).</summary>
    private static SearchCriterion.Uids Beside(uint uid, bool isAfter) => new(
        isAfter ? uid == uint.MaxValue ? [] : [new UidRange(new Uid(uid + 1), new Uid(uint.MaxValue))]
        : uid == 1 ? [] : [new UidRange(new Uid(1), new Uid(uid - 1))]);

    /// <summary>RFC 6203 §3: around each of the terms.</summary>
    private static SearchCriterion Fuzzy(SearchCriterion criterion) => criterion switch
    {
        SearchCriterion.And and => new SearchCriterion.And([.. and.Terms.Select(Fuzzy)]),
        SearchCriterion.Or or => new SearchCriterion.Or(Fuzzy(or.Left), Fuzzy(or.Right)),
        SearchCriterion.Not not => Not(Fuzzy(not.Term)),
        SearchCriterion.Fuzzy => criterion,
        _ => new SearchCriterion.Fuzzy(criterion),
    };

    private static SearchCriterion Text(ref ImapParser parser, string name)
    {
        switch (name)
        {
            case "BODY":
                return new SearchCriterion.Body(parser.Astring());
            case "TEXT":
                return new SearchCriterion.Anywhere(parser.Astring());
            case "HEADER":
                var field = Encoding.ASCII.GetString(parser.AstringOctets("a field name"));
                parser.Space();
                return new SearchCriterion.Header(field, parser.Astring());
            default:
                return new SearchCriterion.Header(name, parser.Astring());
        }
    }

    /// <summary>
    /// search-modsequence: the entry name and type, which RFC 7162 §3.1.5 lets a server with one mod-sequence for each
    /// message pass over.
    /// </summary>
    private static SearchCriterion.ModifiedSince ModSeq(ref ImapParser parser)
    {
        if (parser.Next == (byte)'"')
        {
            parser.Quoted();
            parser.Space();
            if (!parser.TryWord("priv"u8) && !parser.TryWord("shared"u8) && !parser.TryWord("all"u8))
                throw parser.Expected("priv, shared or all");
            parser.Space();
        }

        return new SearchCriterion.ModifiedSince(new ModSeq(parser.Number64("a mod-sequence")));
    }

    private static DateComparison Comparison(string name) => name switch
    {
        "BEFORE" => DateComparison.Before,
        "ON" => DateComparison.On,
        _ => DateComparison.Since,
    };

    private static SearchCriterion.HasFlag Has(MessageFlags flag) => new(flag);
    private static SearchCriterion.Not Not(SearchCriterion term) => new(term);
}
