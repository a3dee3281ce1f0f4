using Casella.Core.Messages.Sorting;
using Casella.Imap.Commands.Searching;
using Casella.Imap.Session;
using Casella.Imap.Syntax;

namespace Casella.Imap.Commands;

/// <summary>SORT and UID SORT (RFC 5256 §3; DISPLAYFROM, DISPLAYTO RFC 5957 §4; RETURN RFC 5267 §3).</summary>
/// <param name="Return">Null for the plain SORT response.</param>
internal sealed record Sort(
    SearchReturn? Return, IReadOnlyList<SortKey> Keys, SearchProgram Program, bool ByUid) : ImapCommand
{
    // Each key costs a column as long as the mailbox; there are nine.
    private const int MaxKeys = 20;

    public static ImapCommand Parse(ref ImapParser parser) => Parse(ref parser, byUid: false);

    public static ImapCommand ParseUid(ref ImapParser parser) => Parse(ref parser, byUid: true);

    private static Sort Parse(ref ImapParser parser, bool byUid)
    {
        parser.Space();
        var asked = SearchReturn.TryParse(ref parser);
        if (asked is not null)
            parser.Space();
        var keys = SortCriteria(ref parser);
        parser.Space();
        return new Sort(asked, keys, SearchProgram.ParseAfterCharset(ref parser), byUid);
    }

    /// <summary>sort-criteria = "(" sort-criterion *(SP sort-criterion) ")" (RFC 5256 §5).</summary>
    private static List<SortKey> SortCriteria(ref ImapParser parser)
    {
        var keys = new List<SortKey>();
        parser.OpenList();
        do
        {
            if (keys.Count == MaxKeys)
                throw new ImapSyntaxException($"Expected at most {MaxKeys} sort keys");
            var isReverse = parser.TryWord("REVERSE"u8);
            if (isReverse)
                parser.Space();
            keys.Add(new SortKey(Field(ref parser), isReverse));
        }
        while (parser.TrySpace());
        parser.CloseList();
        return keys;
    }

    private static SortField Field(ref ImapParser parser) => parser.Atom("a sort key").ToUpperInvariant() switch
    {
        "ARRIVAL" => SortField.Arrival,
        "CC" => SortField.Cc,
        "DATE" => SortField.Date,
        "FROM" => SortField.From,
        "SIZE" => SortField.Size,
        "SUBJECT" => SortField.Subject,
        "TO" => SortField.To,
        "DISPLAYFROM" => SortField.DisplayFrom,
        "DISPLAYTO" => SortField.DisplayTo,
        "RELEVANCY" => SortField.Relevancy,
        _ => throw new ImapSyntaxException("Expected ARRIVAL, CC, DATE, FROM, SIZE, SUBJECT, TO, DISPLAYFROM, DISPLAYTO or RELEVANCY"),
    };

    public override async ValueTask<ImapReply> ExecuteAsync(ImapSession session, CancellationToken cancellationToken)
    {
        var asksRelevancy = Return?.Has(ReturnOptions.Relevancy) == true || Keys.Any(key => key.Field == SortField.Relevancy);
        if (Program.RelevancyRefusal(asksRelevancy) is { } refusal)
            return refusal;
        if (Return?.Has(ReturnOptions.Update) == true && SearchContexts.HasTag(session))
            return SearchContexts.TagReuse;
        if (await Program.RunAsync(session, Return, int.MaxValue, cancellationToken) is not { } found)
            return SearchProgram.BadCharset;
        if (found.Lowest is { } lowest)
            return session.TooMany(lowest);
        var sort = session.View.Account.SortAsync(found.Placements, Keys, found.Findings, cancellationToken);
        var sorted = found.Sorted(await session.TellingAsync(sort, cancellationToken));
        var shape = new SearchShape(ByUid, Program.UsesModSeq);
        if (Return is null)
        {
            await sorted.WritePlainAsync(session, "SORT", shape, cancellationToken);
        }
        else
        {
            sorted.Save(Return);
            sorted.WriteExtended(session, Return, shape);
            if (Return.Has(ReturnOptions.Update))
                SearchContexts.Begin(session, new ContextRequest(session.Tag, Program.Pinned(session), Keys, ByUid, Return.UpdateItems), sorted.Uids);
        }
        return ImapReply.Ok("SORT completed");
    }
}
